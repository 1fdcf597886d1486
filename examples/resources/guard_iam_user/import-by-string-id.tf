import {
  to = guard_iam_user.backup
  id = "222222222222/eu-west-1/backup-script"
}
