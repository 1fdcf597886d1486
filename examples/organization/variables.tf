variable "hub_region" {
  description = "Region of the organization trail's bucket."
  type        = string
  default     = "us-east-1"
}

variable "topology" {
  description = "Route from the management account's bus to a guard's region: relay (through the member account's bus in the hub's region) or direct."
  type        = string
  default     = "relay"

  validation {
    condition     = contains(["relay", "direct"], var.topology)
    error_message = "The topology is relay or direct."
  }
}

variable "notify_topic_arns" {
  description = "SNS topics that are told of incidents, and of what goes wrong with the chain itself."
  type        = list(string)
  default     = []
}

variable "rearm" {
  description = "Ticket numbers by the guards' keys, such as production/backup-script: changing one re-arms that guard after its incident was investigated."
  type        = map(string)
  default     = {}
}

variable "accounts" {
  description = "Account ids by the names that the organization uses."
  type        = map(string)

  default = {
    production = "222222222222"
    staging    = "333333333333"
    data       = "444444444444"
  }
}

variable "scripts" {
  description = "IAM users that scripts run as, by account and user name."

  type = map(map(object({
    region  = string
    signals = optional(set(string))
  })))

  default = {
    production = {
      backup-script = { region = "eu-west-1" }
      report-script = { region = "us-east-1" }
    }
    staging = {
      backup-script = { region = "eu-west-1" }
      # Runs Terraform, which asks who it is on every run.
      deploy-script = { region = "us-east-1", signals = ["access_denied", "console_login"] }
    }
    data = {
      import-script = { region = "eu-west-1" }
    }
  }
}
