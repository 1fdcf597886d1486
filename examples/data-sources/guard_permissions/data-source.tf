data "guard_permissions" "all" {
  account_ids       = ["222222222222", "333333333333"]
  notify_topic_arns = ["arn:aws:sns:eu-west-1:222222222222:security"]
}

# For the role or user that runs terraform, in the management account.
output "caller_policy" {
  value = data.guard_permissions.all.caller_policy
}

# For the role in each member account.
output "member_policies" {
  value = data.guard_permissions.all.member_policies
}
