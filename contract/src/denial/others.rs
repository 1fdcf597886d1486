//! Codes that the services' models don't have, each with where it is known from.

/// Code and source. EC2's protocol writes `Client.` before a code, which counts as the code alone.
pub const OTHERS: &[(&str, &str)] = &[
    // EC2 has no error shapes in its model.
    ("UnauthorizedOperation", "EC2, \"Error codes for the Amazon EC2 API\": the caller lacks a permission"),
    (
        "AuthFailure",
        "EC2, \"Error codes for the Amazon EC2 API\": credentials that are not valid for the call",
    ),
    // CloudTrail's own words.
    ("VpceAccessDenied", "CloudTrail, \"Logging network activity events\": a VPC endpoint's policy refused"),
    // Common errors, which services answer without modelling them.
    ("AccessDenied", "IAM, \"Troubleshoot access denied error messages\"; S3, \"Error responses\""),
    ("NotAuthorized", "EC2 Query API, \"Common errors\": no permission to perform this action"),
    ("AuthorizationFailure", "seen in detection rules for CloudTrail"),
    ("Forbidden", "seen in detection rules for CloudTrail"),
    ("UnauthorizedAccess", "seen in detection rules for CloudTrail"),
    ("UnauthorizedException", "services' common errors: the caller is not authorized"),
    ("AuthorizationErrorException", "seen in detection rules for CloudTrail: SNS in older records"),
    // Modelled without a status, under a name that does not tell; their documentation does.
    ("OperationNotPermittedFault", "SWF's model: the caller doesn't have sufficient permissions"),
    ("AccessToClusterDenied", "Redshift's model: you are not authorized to access the cluster"),
    ("AuthException", "EC2 Instance Connect's model: you do not have access to the instance"),
    ("Ec2RequestFailedException", "Snowball's model: your user lacks the necessary EC2 permissions"),
];
