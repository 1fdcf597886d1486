//! The table: every action that AWS asks for, on what, for whom and why.
//!
//! Where an action's resource can be named is the service authorization reference's to say.

/// A row: actions that have all the rest in common.
pub(super) struct Grant {
    pub(super) actions: &'static [&'static str],
    pub(super) on: On,
    pub(super) who: Who,
    #[cfg_attr(not(test), expect(dead_code, reason = "the guide is made from it"))]
    pub(super) kind: Kind,
    #[cfg_attr(not(test), expect(dead_code, reason = "the guide is made from it"))]
    pub(super) why: &'static str,
}

/// Who needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// The caller, where the trail is.
    Caller,
    /// The caller, if its session has a source identity.
    SourceIdentity,
    /// The caller, if its session has transitive tags.
    SessionTags,
    /// Who is where the trail's bucket is: the caller, or the role in the account of the block `trail`.
    Hub,
    /// The role in a member account.
    Member,
    /// Who is there, if the filter hears of files by the trail's topic.
    Subscriber,
    /// Both, each in their own account.
    Both,
    /// Whoever's account the guarded users live in.
    Users,
    /// Whoever's account a topic is in.
    Topics,
}

/// Whether there is a call of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// guard makes it.
    Call,
    /// guard makes it to save time; without it there are more calls.
    Shortcut,
    /// AWS asks for it beside another.
    Beside,
}

/// On what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    /// AWS takes no narrower resource.
    Everything,
    MemberRoles,
    Trails,
    Bucket,
    Parameters,
    BusAndRules,
    Functions,
    LogGroups,
    Queue,
    Alarms,
    MuteRules,
    Roles,
    /// Roles that are handed to functions and rules.
    PassedRoles,
    Users,
    /// Users, and no policy but the deny.
    UsersDeny,
    Topics,
    /// The trail's topic.
    TrailTopic,
}

const fn call(actions: &'static [&'static str], who: Who, on: On, why: &'static str) -> Grant {
    Grant { actions, on, who, kind: Kind::Call, why }
}

const fn beside(actions: &'static [&'static str], who: Who, on: On, why: &'static str) -> Grant {
    Grant { actions, on, who, kind: Kind::Beside, why }
}

/// In the order of the guide. `sts:GetCallerIdentity` is not in it: nobody can be denied that.
pub(super) const TABLE: &[Grant] = &[
    call(&["sts:AssumeRole"], Who::Caller, On::MemberRoles, "the way into the accounts"),
    call(&["cloudtrail:DescribeTrails"], Who::Caller, On::Everything, "finding the trail"),
    call(
        &["cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"],
        Who::Caller,
        On::Trails,
        "whether it logs, and what",
    ),
    call(
        &["s3:GetBucketLocation", "s3:GetBucketNotification", "s3:PutBucketNotification"],
        Who::Hub,
        On::Bucket,
        "guard's entry in the notification",
    ),
    call(
        &[
            "ssm:GetParametersByPath",
            "ssm:PutParameter",
            "ssm:DeleteParameter",
            "ssm:AddTagsToResource",
            "ssm:ListTagsForResource",
            "ssm:RemoveTagsFromResource",
        ],
        Who::Hub,
        On::Parameters,
        "what the filter must know",
    ),
    call(&["events:CreateEventBus", "events:DeleteEventBus"], Who::Both, On::BusAndRules, "buses"),
    call(
        &["events:DescribeEventBus"],
        Who::Member,
        On::BusAndRules,
        "the policies of buses that the hub puts events on",
    ),
    call(&["events:PutPermission", "events:RemovePermission"], Who::Member, On::Everything, "writing these"),
    call(
        &[
            "events:PutRule",
            "events:DeleteRule",
            "events:PutTargets",
            "events:ListTargetsByRule",
            "events:RemoveTargets",
        ],
        Who::Both,
        On::BusAndRules,
        "rules and their targets",
    ),
    call(&["events:ListRules"], Who::Both, On::Everything, "which guards there are, and who needs what"),
    call(
        &["events:TagResource", "events:ListTagsForResource", "events:UntagResource"],
        Who::Both,
        On::BusAndRules,
        "their tags",
    ),
    call(
        &[
            "lambda:CreateFunction",
            "lambda:GetFunction",
            "lambda:GetFunctionConfiguration",
            "lambda:ListTags",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
            "lambda:DeleteFunction",
            "lambda:DeleteFunctionConcurrency",
            "lambda:TagResource",
        ],
        Who::Both,
        On::Functions,
        "filter and responder",
    ),
    call(
        &["lambda:AddPermission", "lambda:GetPolicy", "lambda:RemovePermission"],
        Who::Both,
        On::Functions,
        "who may call them",
    ),
    call(
        &["lambda:PutFunctionEventInvokeConfig", "lambda:GetFunctionEventInvokeConfig"],
        Who::Both,
        On::Functions,
        "their tries and their queue",
    ),
    call(&["logs:DescribeLogGroups"], Who::Both, On::Everything, "their log groups"),
    call(
        &[
            "logs:CreateLogGroup",
            "logs:PutRetentionPolicy",
            "logs:DeleteLogGroup",
            "logs:ListTagsForResource",
            "logs:TagResource",
        ],
        Who::Both,
        On::LogGroups,
        "these as well",
    ),
    call(
        &[
            "sqs:CreateQueue",
            "sqs:GetQueueAttributes",
            "sqs:SetQueueAttributes",
            "sqs:DeleteQueue",
            "sqs:ListQueueTags",
            "sqs:TagQueue",
        ],
        Who::Both,
        On::Queue,
        "dead-letter queues",
    ),
    call(&["cloudwatch:DescribeAlarms"], Who::Both, On::Everything, "alarms"),
    call(
        &[
            "cloudwatch:PutMetricAlarm",
            "cloudwatch:DeleteAlarms",
            "cloudwatch:TagResource",
            "cloudwatch:ListTagsForResource",
            "cloudwatch:UntagResource",
        ],
        Who::Both,
        On::Alarms,
        "these as well",
    ),
    // The reference names the type for the listing as well.
    call(
        &["cloudwatch:ListAlarmMuteRules", "cloudwatch:GetAlarmMuteRule"],
        Who::Both,
        On::MuteRules,
        "whether a mute rule silences them",
    ),
    call(
        &[
            "iam:CreateRole",
            "iam:GetRole",
            "iam:UpdateAssumeRolePolicy",
            "iam:PutRolePolicy",
            "iam:GetRolePolicy",
            "iam:ListRolePolicies",
            "iam:DeleteRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:DetachRolePolicy",
            "iam:DeleteRole",
            "iam:DeleteRolePermissionsBoundary",
            "iam:TagRole",
        ],
        Who::Both,
        On::Roles,
        "the roles of functions and forwarding rules",
    ),
    call(
        &["iam:GetUser", "iam:ListAttachedUserPolicies", "iam:GetUserPolicy"],
        Who::Users,
        On::Users,
        "whether the user exists and is denied",
    ),
    call(
        &["iam:AttachUserPolicy", "iam:DetachUserPolicy"],
        Who::Users,
        On::UsersDeny,
        "`rearm`, `on_destroy = \"release\"`, and denying again whom somebody let go",
    ),
    call(
        &["iam:PutUserPolicy", "iam:DeleteUserPolicy", "iam:UpdateAccessKey"],
        Who::Users,
        On::Users,
        "the same where the deny is not the managed policy",
    ),
    call(&["sns:GetTopicAttributes"], Who::Topics, On::Topics, "whether a topic lets guard publish"),
    call(
        &["sns:Subscribe"],
        Who::Subscriber,
        On::TrailTopic,
        "the filter's subscription to the trail's topic",
    ),
    call(
        &["sns:ListSubscriptions", "sns:Unsubscribe"],
        Who::Subscriber,
        On::Everything,
        "the same, of which AWS takes no narrower resource",
    ),
    Grant {
        kind: Kind::Shortcut,
        ..call(
            &["tag:GetResources", "iam:GetAccountAuthorizationDetails"],
            Who::Both,
            On::Everything,
            "many answers at once; without them each object is asked for by name, which takes longer",
        )
    },
    beside(&["iam:PassRole"], Who::Both, On::PassedRoles, "giving functions and rules their roles"),
    beside(
        &["sts:SetSourceIdentity"],
        Who::SourceIdentity,
        On::MemberRoles,
        "handing on `assume_role.source_identity`; the member roles' trust has to allow it as well",
    ),
    beside(
        &["sts:TagSession"],
        Who::SessionTags,
        On::MemberRoles,
        "handing on `assume_role.transitive_tag_keys`; the member roles' trust has to allow it as well",
    ),
];
