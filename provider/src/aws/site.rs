//! An account and region: its clients, and what they have answered.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::types::MetricAlarm;
use aws_sdk_eventbridge::types::{Rule, Target};
use aws_sdk_lambda::operation::{
    get_function::GetFunctionOutput, get_function_event_invoke_config::GetFunctionEventInvokeConfigOutput,
};
use aws_sdk_s3::types::NotificationConfiguration;
use aws_sdk_sqs::types::QueueAttributeName;

use crate::chain::{Location, Spec};

use super::answers::{Answers, Tags};
use super::identities::Identities;
use super::mute_rule::MuteRules;
use super::quota::NeverAgain;
use super::reach::{self, Endpoints};
use super::role;

/// The clients of one account and region.
pub(crate) struct Site {
    pub(crate) at: Location,
    pub(super) cloudtrail: aws_sdk_cloudtrail::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) events: aws_sdk_eventbridge::Client,
    pub(super) iam: aws_sdk_iam::Client,
    pub(super) lambda: aws_sdk_lambda::Client,
    pub(super) logs: aws_sdk_cloudwatchlogs::Client,
    pub(super) s3: aws_sdk_s3::Client,
    pub(super) sns: aws_sdk_sns::Client,
    pub(super) sqs: aws_sdk_sqs::Client,
    pub(super) ssm: aws_sdk_ssm::Client,
    pub(super) tagging: aws_sdk_resourcegroupstagging::Client,
    /// Where SQS is, if not at AWS.
    pub(super) endpoint: Option<String>,
    pub(super) seen: Seen,
    new_buses: Mutex<HashSet<String>>,
    /// Roles and users of the account: all its regions share them.
    pub(super) identities: Arc<Identities>,
}

/// What was read; `None` in an answer is what is not there.
#[derive(Default)]
pub(super) struct Seen {
    /// The rules of a bus.
    pub(super) rules: Answers<Option<Vec<Rule>>>,
    /// The targets of a rule.
    pub(super) targets: Answers<Option<Vec<Target>>>,
    /// The policy of a bus.
    pub(super) bus_policies: Answers<Option<Option<String>>>,
    /// The tags of all objects that carry a mark, by ARN.
    pub(super) tags: Answers<HashMap<String, Tags>>,
    /// The tags of the rules that tell who built their guards, by ARN.
    pub(super) built: Answers<HashMap<String, Tags>>,
    /// The alarms whose names begin so.
    pub(super) alarms: Answers<Vec<MetricAlarm>>,
    /// The mute rules. Nothing that guard writes changes them.
    pub(super) mute_rules: Answers<MuteRules>,
    /// The watches under a path, by name.
    pub(super) watches: Answers<HashMap<String, String>>,
    pub(super) queues: Answers<Option<HashMap<QueueAttributeName, String>>>,
    /// A log group's retention in days.
    pub(super) log_groups: Answers<Option<Option<i32>>>,
    /// Roles that were asked for by name.
    pub(super) roles: Answers<Option<role::Have>>,
    pub(super) functions: Answers<Option<GetFunctionOutput>>,
    pub(super) function_policies: Answers<Option<String>>,
    pub(super) async_settings: Answers<Option<GetFunctionEventInvokeConfigOutput>>,
    pub(super) notifications: Answers<Option<NotificationConfiguration>>,
    /// The account's subscriptions to a topic: what is told, and by which subscription.
    pub(super) subscriptions: Answers<HashMap<String, String>>,
}

impl Site {
    pub(super) fn new(
        at: Location,
        config: &SdkConfig,
        identities: Arc<Identities>,
        endpoints: &Endpoints,
        path_style: Option<bool>,
    ) -> Self {
        let of = |url: &Option<String>| reach::at(config, url);
        let (of_s3, of_sqs) = (of(&endpoints.s3), of(&endpoints.sqs));
        // An endpoint of one's own rarely has a name per bucket.
        let path_style = path_style.unwrap_or(of_s3.endpoint_url().is_some());
        let s3 = aws_sdk_s3::config::Builder::from(&of_s3).force_path_style(path_style);
        let events = aws_sdk_eventbridge::config::Builder::from(&of(&endpoints.events));
        let logs = aws_sdk_cloudwatchlogs::config::Builder::from(&of(&endpoints.logs));
        Self {
            at,
            cloudtrail: aws_sdk_cloudtrail::Client::new(&of(&endpoints.cloudtrail)),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&of(&endpoints.cloudwatch)),
            events: aws_sdk_eventbridge::Client::from_conf(events.retry_classifier(NeverAgain).build()),
            iam: aws_sdk_iam::Client::new(&of(&endpoints.iam)),
            lambda: aws_sdk_lambda::Client::new(&of(&endpoints.lambda)),
            logs: aws_sdk_cloudwatchlogs::Client::from_conf(logs.retry_classifier(NeverAgain).build()),
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            sns: aws_sdk_sns::Client::new(&of(&endpoints.sns)),
            sqs: aws_sdk_sqs::Client::new(&of_sqs),
            ssm: aws_sdk_ssm::Client::new(&of(&endpoints.ssm)),
            tagging: aws_sdk_resourcegroupstagging::Client::new(&of(&endpoints.tagging)),
            endpoint: of_sqs.endpoint_url().map(str::to_owned),
            seen: Seen::default(),
            new_buses: Mutex::default(),
            identities,
        }
    }

    /// The buses that were made here a moment ago: nobody has written a policy for them yet.
    pub(super) fn new_buses(&self) -> MutexGuard<'_, HashSet<String>> {
        self.new_buses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the answers that a written object was in.
    pub(crate) fn forget_about(&self, written: &Spec) {
        let seen = &self.seen;
        match written {
            Spec::Rule(_) | Spec::Target(_) => {
                seen.rules.forget();
                seen.targets.forget();
                seen.tags.forget();
            }
            Spec::Alarm(_) => {
                seen.alarms.forget();
                seen.tags.forget();
            }
            Spec::Watch(_) => {
                seen.watches.forget();
                seen.tags.forget();
            }
            Spec::Role(_) => {
                seen.roles.forget();
                self.identities.forget();
            }
            _ => self.forget(),
        }
    }

    /// Forgets every answer: something was written, here or by others.
    pub(crate) fn forget(&self) {
        let seen = &self.seen;
        seen.rules.forget();
        seen.targets.forget();
        seen.bus_policies.forget();
        seen.tags.forget();
        seen.alarms.forget();
        seen.watches.forget();
        seen.queues.forget();
        seen.log_groups.forget();
        seen.roles.forget();
        seen.functions.forget();
        seen.function_policies.forget();
        seen.async_settings.forget();
        seen.notifications.forget();
        seen.subscriptions.forget();
        self.identities.forget();
    }
}
