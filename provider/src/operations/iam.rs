//! Names that policies have and CloudTrail does not.

use guard_contract::expected::Action;

/// The service, the action's name in policies, and what CloudTrail calls what the permission is for, if there is such
/// a call.
///
/// The Service Authorization Reference leads from each action to the operation that needs it. Of S3, "Amazon S3
/// CloudTrail events" has the names: `GetBucketLifecycle` for the operation GetBucketLifecycleConfiguration. That
/// `iam:PassRole` is no call, IAM says in "Grant a user permissions to pass a role to an AWS service".
pub(super) const ACTIONS: &[(&str, &str, &str)] = &[
    ("budgets", "ModifyBudget", "CreateBudget UpdateBudget DeleteBudget"),
    ("budgets", "ViewBudget", "DescribeBudget DescribeBudgets"),
    ("dms", "AssociateExtensionPack", "StartExtensionPackAssociation"),
    ("dms", "ListDataProviders", "DescribeDataProviders"),
    ("dms", "ListExtensionPacks", "DescribeExtensionPackAssociations"),
    ("dms", "ListInstanceProfiles", "DescribeInstanceProfiles"),
    ("dms", "ListMetadataModelConversions", "DescribeMetadataModelConversions"),
    ("dms", "StartMetadataModelExportAsScripts", "StartMetadataModelExportAsScript"),
    ("dms", "UpdateConversionConfiguration", "ModifyConversionConfiguration"),
    ("dms", "UpdateDataProvider", "ModifyDataProvider"),
    ("dms", "UpdateInstanceProfile", "ModifyInstanceProfile"),
    ("dms", "UpdateMigrationProject", "ModifyMigrationProject"),
    ("dynamodb", "ConditionCheckItem", "TransactWriteItems"),
    ("dynamodb", "PartiQLDelete", "ExecuteStatement BatchExecuteStatement ExecuteTransaction"),
    ("dynamodb", "PartiQLInsert", "ExecuteStatement BatchExecuteStatement ExecuteTransaction"),
    ("dynamodb", "PartiQLSelect", "ExecuteStatement BatchExecuteStatement ExecuteTransaction"),
    ("dynamodb", "PartiQLUpdate", "ExecuteStatement BatchExecuteStatement ExecuteTransaction"),
    ("elasticbeanstalk", "AddTags", "UpdateTagsForResource"),
    ("elasticbeanstalk", "RemoveTags", "UpdateTagsForResource"),
    ("iam", "PassRole", ""),
    ("kms", "ReEncryptFrom", "ReEncrypt"),
    ("kms", "ReEncryptTo", "ReEncrypt"),
    ("lambda", "InvokeFunction", "Invoke"),
    ("s3", "BypassGovernanceRetention", ""),
    ("s3", "DeleteObjectVersion", "DeleteObject DeleteObjects"),
    ("s3", "DeleteObjectVersionTagging", "DeleteObjectTagging"),
    ("s3", "GetEncryptionConfiguration", "GetBucketEncryption"),
    ("s3", "GetLifecycleConfiguration", "GetBucketLifecycle"),
    ("s3", "GetObjectVersion", "GetObject HeadObject"),
    ("s3", "GetObjectVersionAcl", "GetObjectAcl"),
    ("s3", "GetObjectVersionAttributes", "GetObjectAttributes"),
    ("s3", "GetObjectVersionTagging", "GetObjectTagging"),
    ("s3", "GetObjectVersionTorrent", "GetObjectTorrent"),
    ("s3", "GetReplicationConfiguration", "GetBucketReplication"),
    ("s3", "ListAllMyBuckets", "ListBuckets"),
    ("s3", "ListBucket", "ListObjects ListObjectsV2 HeadBucket"),
    ("s3", "ListBucketMultipartUploads", "ListMultipartUploads"),
    ("s3", "ListBucketVersions", "ListObjectVersions"),
    ("s3", "ListMultipartUploadParts", "ListParts"),
    ("s3", "ObjectOwnerOverrideToBucketOwner", ""),
    ("s3", "PutEncryptionConfiguration", "PutBucketEncryption"),
    ("s3", "PutLifecycleConfiguration", "PutBucketLifecycle"),
    ("s3", "PutObjectVersionAcl", "PutObjectAcl"),
    ("s3", "PutObjectVersionTagging", "PutObjectTagging"),
    ("s3", "PutReplicationConfiguration", "PutBucketReplication"),
    ("s3", "ReplicateDelete", ""),
    ("s3", "ReplicateObject", ""),
    ("s3", "ReplicateTags", ""),
    ("timestream", "ListMeasures", "Query"),
    ("timestream", "Select", "Query"),
    ("timestream", "SelectValues", "Query"),
    ("timestream", "Unload", "Query"),
];

/// What CloudTrail calls what an action permits, if the action's name is one of policies.
pub(super) fn names(action: &Action) -> Option<Vec<&'static str>> {
    let mut found = ACTIONS
        .iter()
        .filter(|(service, name, _)| action.is_of(service) && action.is_called(name))
        .map(|(_, _, names)| names.split_whitespace())
        .peekable();
    found.peek()?;
    let mut names: Vec<&str> = Vec::new();
    for name in found.flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(names)
}
