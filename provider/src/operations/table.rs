//! The operations of AWS's services, from their models, and what CloudTrail writes beside them.

use guard_contract::expected::Action;

/// The generated table: see its first lines.
const MODELS: &str = include_str!("models.txt");

/// Names that CloudTrail writes, or may write, and that no model has: of a service's `eventSource`.
///
/// From "Amazon S3 CloudTrail events", "AWS Management Console sign-in events" (CloudTrail) and the Service
/// Authorization Reference, of which those count that an operation's name is similar to: a console may ask for them.
const OTHERS: &[(&str, &str)] = &[
    ("apprunner", "DescribeOperation"),
    ("appflow", "DescribeFlows"),
    ("artifact", "GetCustomerAgreement"),
    ("billing", "PutResourcePolicy"),
    ("chime", "ListMeetings"),
    ("codecommit", "BatchGetPullRequests"),
    ("codeguru-security", "ListFindings"),
    ("dms", "ListMetadataModelAssessments ListMigrationProjects"),
    ("finspace", "CreateUser GetUser ListUsers UpdateUser"),
    ("glue", "GetStage GetStages"),
    ("kinesisvideo", "PutMedia"),
    ("lex", "ListBotAnalyzerRecommendations"),
    ("mpa", "PutResourcePolicy"),
    ("rds", "DescribeRecommendationGroups DescribeRecommendations ModifyRecommendation"),
    ("redshift-serverless", "GetManagedWorkgroup"),
    ("route53-recovery-control-config", "PutResourcePolicy"),
    (
        "s3",
        "DeleteAccountPublicAccessBlock DeleteBucketPublicAccessBlock GetAccelerateConfiguration \
         GetAccountPublicAccessBlock GetAnalyticsConfiguration GetBucketObjectLockConfiguration \
         GetBucketPublicAccessBlock GetIntelligentTieringConfiguration GetInventoryConfiguration \
         GetMetricsConfiguration PutAccelerateConfiguration PutAccountPublicAccessBlock PutAnalyticsConfiguration \
         PutBucketObjectLockConfiguration PutBucketPublicAccessBlock PutIntelligentTieringConfiguration \
         PutInventoryConfiguration PutMetricsConfiguration",
    ),
    ("s3tables", "PutTableEncryption PutTableStorageClass"),
    ("sagemaker", "PutLineageGroupPolicy"),
    ("scn", "DescribeInstance"),
    ("securityagent", "GetSecurityRequirement"),
    (
        "signin",
        "CheckMfa ConsoleLogin CredentialChallenge CredentialVerification EmailUpdated ExitRole \
         ExternalIdPDirectoryLogin GetSigninToken PasswordRecoveryCompleted PasswordRecoveryRequested \
         PasswordUpdated RenewRole SwitchRole UserAuthentication",
    ),
    (
        "ssm",
        "ListInstanceAssociations RegisterManagedInstance UpdateInstanceAssociationStatus UpdateInstanceInformation",
    ),
    ("sso", "GetPermissionSet"),
    ("support", "DescribeCommunication"),
    ("trustedadvisor", "DescribeChecks"),
    ("workdocs", "GetGroup"),
    ("workmail", "DescribeMailDomains"),
];

/// A service of the table.
pub(super) struct Service<'a> {
    /// What its `eventSource` may be, before `.amazonaws.com`.
    pub(super) names: Vec<&'a str>,
    /// What people call it and its `eventSource` never is.
    pub(super) never: Vec<&'a str>,
    operations: &'a str,
}

impl<'a> Service<'a> {
    /// Whether its calls may be among an action's.
    pub(super) fn is_of(&self, action: &Action) -> bool {
        self.names.iter().any(|name| action.is_of(name))
    }

    /// Its operations.
    pub(super) fn operations(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.operations.split(' ')
    }
}

/// All services that have a model.
pub(super) fn services() -> impl Iterator<Item = Service<'static>> {
    MODELS.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (names, operations) = line.split_once(' ').unwrap_or((line, ""));
        let (never, names): (Vec<&str>, Vec<&str>) = names.split(',').partition(|name| name.starts_with('!'));
        Service { names, never: never.into_iter().map(|name| &name[1..]).collect(), operations }
    })
}

/// What CloudTrail writes beside the models, for an action's service.
pub(super) fn others(action: &Action) -> impl Iterator<Item = &'static str> {
    OTHERS.iter().filter(|(service, _)| action.is_of(service)).flat_map(|(_, names)| names.split(' '))
}
