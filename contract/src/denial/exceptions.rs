//! Errors that look like denials and are none: no missing permission of the caller.

/// Codes that are no denial, of some services.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The services' names, as their models have them and, where that differs, as CloudTrail's `eventSource` has them
    /// before `.amazonaws.com`.
    pub services: &'static [&'static str],
    /// The code.
    pub code: &'static str,
    /// What it is instead.
    pub reason: &'static str,
}

impl Exception {
    /// Whether a record has it; the code is in lower case.
    pub(super) fn is_of(&self, source: &str, code: &str) -> bool {
        let service = source.split('.').next().unwrap_or_default();
        self.code.eq_ignore_ascii_case(code) && self.services.contains(&service)
    }
}

const fn no(services: &'static [&'static str], code: &'static str, reason: &'static str) -> Exception {
    Exception { services, code, reason }
}

const QUOTA: &str = "a quota is reached";
const STATE: &str = "the state of the resource, whoever calls";
const ACCOUNT: &str = "the service is not enabled, or not for this account";
const SERVICE_ROLE: &str = "the service, or a role that it was given, lacks a permission";
const END_USERS: &str = "a user of the application: a mistyped password, an expired token, a web ACL";

/// All exceptions.
pub const EXCEPTIONS: &[Exception] = &[
    no(&["docdb", "neptune", "rds"], "DBClusterQuotaExceededFault", QUOTA),
    no(&["docdb", "neptune", "rds"], "InsufficientDBClusterCapacityFault", STATE),
    no(&["neptune", "rds"], "DBClusterEndpointQuotaExceededFault", QUOTA),
    no(&["chatbot", "internetmonitor"], "LimitExceededException", QUOTA),
    no(&["efs", "elasticfilesystem"], "AccessPointLimitExceeded", QUOTA),
    no(&["efs", "elasticfilesystem"], "FileSystemLimitExceeded", QUOTA),
    no(&["sns"], "FilterPolicyLimitExceeded", QUOTA),
    no(&["sns"], "ReplayLimitExceeded", QUOTA),
    no(&["sns"], "SubscriptionLimitExceeded", QUOTA),
    no(&["sns"], "TopicLimitExceeded", QUOTA),
    no(&["s3"], "InvalidObjectState", STATE),
    no(&["s3"], "ObjectAlreadyInActiveTierError", STATE),
    no(&["s3"], "ObjectNotInActiveTierError", STATE),
    no(&["cloudfront"], "RealtimeLogConfigOwnerMismatch", STATE),
    no(&["ivs", "ivs-realtime", "ivschat"], "PendingVerification", ACCOUNT),
    no(&["bedrock-agentcore", "bedrock-agentcore-control"], "SubscriptionRequiredException", ACCOUNT),
    no(&["compute-optimizer", "compute-optimizer-automation"], "OptInRequiredException", ACCOUNT),
    no(&["quicksight"], "UnsupportedPricingPlanException", ACCOUNT),
    no(&["quicksight"], "UnsupportedUserEditionException", ACCOUNT),
    no(&["quicksight"], "DomainNotWhitelistedException", ACCOUNT),
    no(
        &["quicksight"],
        "IdentityTypeNotSupportedException",
        "a kind of identity that the call does not take",
    ),
    // "Security Hub is not enabled" comes under this code as well.
    no(&["securityhub"], "InvalidAccessException", ACCOUNT),
    no(&["sns"], "KMSOptInRequired", ACCOUNT),
    no(&["sts"], "OutboundWebIdentityFederationDisabledException", ACCOUNT),
    no(&["sts"], "RegionDisabledException", ACCOUNT),
    no(&["connect"], "DestinationNotAllowedException", "a telephone number that may not be called"),
    no(&["connect"], "OutboundContactNotPermittedException", "a telephone number that may not be called"),
    no(&["appflow"], "ConnectorAuthenticationException", "credentials of another company's service"),
    no(&["redshift"], "UnauthorizedPartnerIntegration", "credentials of another company's service"),
    no(&["socialmessaging", "social-messaging"], "AccessDeniedByMetaException", "another company refuses"),
    no(&["sts"], "IDPRejectedClaim", "an identity provider refuses a token"),
    no(&["sts"], "SessionDurationEscalationException", "a session would last too long"),
    no(
        &["compute-optimizer"],
        "MissingAuthenticationToken",
        "a request without a signature: nobody is known",
    ),
    no(&["sns"], "InvalidSecurity", "a signature that is not valid: nobody is known"),
    no(&["sso-oidc", "sso"], "InvalidClientException", "a client of Identity Center, not an IAM user"),
    no(&["sso-oidc", "sso"], "UnauthorizedClientException", "a client of Identity Center, not an IAM user"),
    no(&["iam"], "InvalidAuthenticationCode", "a mistyped code of an MFA device"),
    no(&["workdocs"], "InvalidPasswordException", "a mistyped password"),
    no(&["cognito-idp"], "NotAuthorizedException", END_USERS),
    no(&["cognito-idp"], "UnauthorizedException", END_USERS),
    no(&["cognito-idp"], "ForbiddenException", END_USERS),
    no(&["lambda"], "EFSMountFailureException", SERVICE_ROLE),
    no(&["lambda"], "S3FilesMountFailureException", SERVICE_ROLE),
    no(&["lambda"], "EC2AccessDeniedException", SERVICE_ROLE),
    no(&["lambda"], "KMSAccessDeniedException", SERVICE_ROLE),
    no(&["dms"], "AccessDeniedFault", SERVICE_ROLE),
    no(&["dms"], "KMSAccessDeniedFault", SERVICE_ROLE),
    no(&["dms"], "S3AccessDeniedFault", SERVICE_ROLE),
    no(&["dms"], "SNSNoAuthorizationFault", SERVICE_ROLE),
    no(&["neptunedata", "neptune-db"], "LoadUrlAccessDeniedException", SERVICE_ROLE),
];
