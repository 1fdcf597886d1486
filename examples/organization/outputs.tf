output "status" {
  description = "Whether a guard is armed, or has denied its user everything."
  value       = { for key, guard in guard_iam_user.script : key => guard.status }
}

output "objects" {
  description = "How many objects each guard's chain consists of, the shared ones included."
  value       = { for key, guard in guard_iam_user.script : key => length(guard.chain) }
}
