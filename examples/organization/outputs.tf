output "status" {
  description = "Whether a guard is armed, or has denied its user everything."
  value       = { for key, guard in guard_iam_user.script : key => guard.status }
}

output "tripped" {
  description = "When the guards tripped that have: at, by and signal."
  value = {
    for key, guard in guard_iam_user.script : key => {
      at     = guard.tripped_at
      by     = guard.tripped_by
      signal = guard.tripped_signal
    } if guard.tripped_at != null
  }
}

output "objects" {
  description = "How many objects each guard's chain consists of, the shared ones included."
  value       = { for key, guard in guard_iam_user.script : key => length(guard.chain) }
}
