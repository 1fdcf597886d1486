# Guards for every script of an organization: accounts × regions, one block.

terraform {
  required_version = ">= 1.11"

  required_providers {
    guard = {
      source = "iam-guard/guard"
    }
  }
}

provider "guard" {
  region = var.hub_region
}

locals {
  # One guard per script, keyed so that adding or removing a script touches no other.
  guards = merge([
    for account, scripts in var.scripts : {
      for user, script in scripts : "${account}/${user}" => {
        account_id = var.accounts[account]
        region     = script.region
        user_name  = user
        signals    = script.signals
      }
    }
  ]...)
}

resource "guard_iam_user" "script" {
  for_each = local.guards

  account_id = each.value.account_id
  region     = each.value.region
  user_name  = each.value.user_name
  signals    = each.value.signals
  topology   = var.topology

  notify_topic_arns = var.notify_topic_arns
  rearm             = lookup(var.rearm, each.key, null)

  tags = {
    environment = split("/", each.key)[0]
  }
}
