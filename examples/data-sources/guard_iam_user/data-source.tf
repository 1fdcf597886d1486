# A guard that another configuration has built.
data "guard_iam_user" "backup" {
  account_id = "222222222222"
  region     = "eu-west-1"
  user_name  = "backup-script"
}

output "backup_status" {
  value = data.guard_iam_user.backup.status
}

# Objects of its chain that are not what they should be.
output "backup_drift" {
  value = { for it in data.guard_iam_user.backup.chain : it.arn => it.drift if it.drift != null }
}
