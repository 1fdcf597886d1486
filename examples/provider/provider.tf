terraform {
  required_providers {
    guard = {
      source = "iam-guard/guard"
    }
  }
}

# Credentials come from the usual AWS chain and belong to the management account.
provider "guard" {
  region = "us-east-1" # the region of the trail's bucket
}
