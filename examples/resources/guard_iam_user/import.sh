# account/region/user
terraform import guard_iam_user.backup 222222222222/eu-west-1/backup-script
