resource "guard_iam_user" "backup" {
  account_id = "222222222222" # the member account that the user lives in
  region     = "eu-west-1"    # where its rule, alarm and responder live
  user_name  = "backup-script"
}

# A script that runs Terraform asks who it is on every run: leave that signal out.
resource "guard_iam_user" "deploy" {
  account_id = "333333333333"
  region     = "us-east-1"
  user_name  = "deploy-script"

  signals = ["access_denied", "console_login"]

  tags = {
    team = "platform"
  }
}
