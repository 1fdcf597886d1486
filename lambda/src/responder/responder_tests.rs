use std::sync::Mutex;

use super::*;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:222222222222:function:guard-responder";

/// What IAM does in a test. Its state is what it was told, `calls` in which order.
#[derive(Debug, Default)]
struct FakeIam {
    scenario: Scenario,
    calls: Mutex<Vec<&'static str>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Scenario {
    #[default]
    Free,
    /// The user has as many managed policies as it may have.
    QuotaReached,
    /// And its inline policies are full, too.
    FullUp,
    UserGone,
    PolicyMissing,
    /// The user is deleted between the first look and the deny.
    VanishesMeanwhile,
    Refuses,
    /// IAM shows nothing of what it was told.
    ShowsNothing,
    /// It takes some looks until IAM shows what it was told.
    ShowsLate,
    /// The responder may deny, but not look.
    Blind,
}

impl FakeIam {
    fn in_scenario(scenario: Scenario) -> Self {
        Self { scenario, calls: Mutex::default() }
    }

    fn call(&self, name: &'static str) -> usize {
        let mut calls = self.calls.lock().expect("not poisoned");
        calls.push(name);
        calls.iter().filter(|call| **call == name).count()
    }

    fn called(&self, name: &str) -> usize {
        self.calls.lock().expect("not poisoned").iter().filter(|call| **call == name).count()
    }
}

fn gone() -> DenyError {
    DenyError::NoSuchEntity("The user with name backup cannot be found.".into())
}

fn refused() -> DenyError {
    DenyError::Other(Refusal { code: "AccessDenied".into(), message: "not you".into() })
}

impl UserDenier for FakeIam {
    async fn is_attached(&self, _user: &str) -> Result<bool, DenyError> {
        let looks = self.call("look");
        match self.scenario {
            Scenario::UserGone => Err(gone()),
            Scenario::VanishesMeanwhile if looks > 1 => Err(gone()),
            Scenario::Blind => Err(refused()),
            Scenario::ShowsNothing | Scenario::QuotaReached | Scenario::FullUp => Ok(false),
            Scenario::ShowsLate => Ok(looks > 4),
            _ => Ok(self.called("attach") > 0),
        }
    }

    async fn attach(&self, _user: &str) -> Result<(), DenyError> {
        self.call("attach");
        match self.scenario {
            Scenario::QuotaReached | Scenario::FullUp => Err(DenyError::LimitExceeded("10".into())),
            Scenario::PolicyMissing | Scenario::VanishesMeanwhile => Err(gone()),
            Scenario::Refuses => Err(refused()),
            _ => Ok(()),
        }
    }

    async fn inline(&self, _user: &str) -> Result<Option<String>, DenyError> {
        Ok((self.called("put") > 0).then(|| guard_contract::INLINE_DENY_DOCUMENT.to_owned()))
    }

    async fn put_inline(&self, _user: &str) -> Result<(), DenyError> {
        self.call("put");
        match self.scenario {
            Scenario::FullUp => Err(DenyError::LimitExceeded("2048".into())),
            _ => Ok(()),
        }
    }
}

struct Rulebook(Result<String, Refusal>);

impl RuleBook for Rulebook {
    async fn pattern(&self, bus: &str, rule: &str) -> Result<String, Refusal> {
        assert_eq!((bus, rule), ("guard-bus", "guard-user-backup-0123abcd"));
        self.0.clone()
    }
}

fn no_rules() -> Rulebook {
    Rulebook(Err(Refusal { code: "ResourceNotFoundException".into(), message: "no such rule".into() }))
}

fn users_rule() -> Rulebook {
    let pattern = UserPattern {
        hub_account: "111111111111".into(),
        account: "222222222222".into(),
        user: "backup".into(),
        signals: guard_contract::Signal::CHOICES.to_vec(),
    };
    Rulebook(Ok(pattern.to_json()))
}

fn signal() -> Value {
    json!({
        "version": "0", "id": "e", "source": "guard.cloudtrail", "detail-type": "CloudTrail Signal",
        "account": "111111111111", "region": "us-east-1", "time": "2026-01-02T03:04:05Z",
        "resources": ["arn:aws:iam::222222222222:user/backup"],
        "detail": {
            "eventID": "e-1", "eventName": "ListBuckets", "eventSource": "s3.amazonaws.com",
            "eventTime": "2026-01-02T03:04:05Z", "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli/2",
            "guard": {"version": 1, "account": "222222222222", "user": "backup",
                "signals": ["access_denied"], "truncated": false},
        },
    })
}

fn alarm(state: &str) -> Value {
    json!({
        "source": "aws.cloudwatch", "accountId": "222222222222", "region": "eu-west-1",
        "alarmArn": "arn:aws:cloudwatch:eu-west-1:222222222222:alarm:guard-user-backup-0123abcd",
        "time": "2026-01-02T03:05:00.000+0000",
        "alarmData": {
            "alarmName": "guard-user-backup-0123abcd",
            "state": {"value": state, "reason": "Threshold Crossed"},
            "previousState": {"value": "OK"},
            "configuration": {"metrics": [
                {"id": "e1", "expression": "m1", "returnData": true},
                {"id": "m1", "metricStat": {"metric": {"namespace": "AWS/Events", "name": "MatchedEvents",
                    "dimensions": {"EventBusName": "guard-bus", "RuleName": "guard-user-backup-0123abcd"}},
                    "period": 60, "stat": "Sum"}, "returnData": true},
            ]},
        },
    })
}

async fn respond(scenario: Scenario) -> Result<Handled, ResponderError> {
    let responder = Responder::new(FakeIam::in_scenario(scenario), no_rules());
    responder.handle(&signal(), FUNCTION).await
}

#[tokio::test(start_paused = true)]
async fn a_signal_denies_its_user() {
    assert_eq!(respond(Scenario::Free).await.expect("denied"), Handled::User(Outcome::Attached));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_denies_its_rules_user() {
    let responder = Responder::new(FakeIam::default(), users_rule());
    let handled = responder.handle(&alarm("ALARM"), FUNCTION).await;
    assert_eq!(handled.expect("denied"), Handled::User(Outcome::Attached));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_calms_down_denies_nobody() {
    for state in ["OK", "INSUFFICIENT_DATA"] {
        let responder = Responder::new(FakeIam::default(), no_rules());
        let handled = responder.handle(&alarm(state), FUNCTION).await;
        assert_eq!(handled.expect("calm"), Handled::Calm);
        assert_eq!(responder.denier.called("attach"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn many_triggers_attach_once() {
    let responder = Responder::new(FakeIam::default(), users_rule());
    let first = responder.handle(&signal(), FUNCTION).await;
    assert_eq!(first.expect("denied"), Handled::User(Outcome::Attached));
    for payload in [signal(), alarm("ALARM"), signal()] {
        let again = responder.handle(&payload, FUNCTION).await;
        assert_eq!(again.expect("denied"), Handled::User(Outcome::AlreadyAttached));
    }
    assert_eq!(responder.denier.called("attach"), 1);
}

#[tokio::test(start_paused = true)]
async fn at_the_policy_quota_an_inline_policy_denies_once() {
    let responder = Responder::new(FakeIam::in_scenario(Scenario::QuotaReached), no_rules());
    let first = responder.handle(&signal(), FUNCTION).await;
    assert_eq!(first.expect("denied"), Handled::User(Outcome::Inline));
    let again = responder.handle(&signal(), FUNCTION).await;
    assert_eq!(again.expect("denied"), Handled::User(Outcome::AlreadyInline));
    assert_eq!(responder.denier.called("put"), 1);
}

#[tokio::test(start_paused = true)]
async fn where_the_managed_policy_is_missing_an_inline_policy_denies() {
    let handled = respond(Scenario::PolicyMissing).await;
    assert_eq!(handled.expect("denied"), Handled::User(Outcome::Inline));
}

#[tokio::test(start_paused = true)]
async fn a_user_that_is_gone_is_an_outcome_and_no_error() {
    for scenario in [Scenario::UserGone, Scenario::VanishesMeanwhile] {
        let handled = respond(scenario).await;
        assert_eq!(handled.expect("nobody to deny"), Handled::User(Outcome::UserGone));
    }
}

#[tokio::test(start_paused = true)]
async fn a_deny_that_shows_late_counts() {
    let handled = respond(Scenario::ShowsLate).await;
    assert_eq!(handled.expect("denied"), Handled::User(Outcome::Attached));
}

#[tokio::test(start_paused = true)]
async fn not_being_able_to_deny_fails_the_invocation() {
    for scenario in [Scenario::Refuses, Scenario::FullUp, Scenario::ShowsNothing, Scenario::Blind] {
        let error = respond(scenario).await.expect_err("not denied");
        assert_eq!(error.name(), "NotDenied", "{scenario:?}");
        assert!(error.to_string().contains("backup"));
    }
}

#[tokio::test(start_paused = true)]
async fn not_being_able_to_look_does_not_keep_it_from_denying() {
    let responder = Responder::new(FakeIam::in_scenario(Scenario::Blind), no_rules());
    let error = responder.handle(&signal(), FUNCTION).await.expect_err("not seen");
    assert!(error.to_string().contains("AccessDenied"), "{error}");
    assert_eq!(responder.denier.called("attach"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_user_or_an_alarm_of_another_account_is_refused() {
    let mut foreign_alarm = alarm("ALARM");
    foreign_alarm["alarmArn"] = json!("arn:aws:cloudwatch:eu-west-1:333333333333:alarm:x");
    let mut foreign_user = signal();
    foreign_user["detail"]["guard"]["account"] = json!("333333333333");
    for payload in [foreign_user, foreign_alarm] {
        let responder = Responder::new(FakeIam::default(), users_rule());
        let error = responder.handle(&payload, FUNCTION).await.expect_err("refused");
        assert_eq!(error.name(), "ForeignAccount");
        assert!(error.to_string().contains("333333333333"));
        assert_eq!(responder.denier.called("attach"), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn an_alarm_whose_rule_says_nothing_fails_the_invocation() {
    let responder = Responder::new(FakeIam::default(), no_rules());
    let error = responder.handle(&alarm("ALARM"), FUNCTION).await.expect_err("no rule");
    assert_eq!(error.name(), "RuleUnreadable");
    let responder = Responder::new(FakeIam::default(), Rulebook(Ok(r#"{"source":["x"]}"#.into())));
    let error = responder.handle(&alarm("ALARM"), FUNCTION).await.expect_err("foreign");
    assert_eq!(error.name(), "ForeignRule");
}

#[tokio::test(start_paused = true)]
async fn a_mark_of_a_version_to_come_still_denies() {
    let mut newer = signal();
    newer["detail"]["guard"]["version"] = json!("2.0");
    newer["detail"]["guard"]["signals"] = json!(["from_the_moon", 7]);
    let responder = Responder::new(FakeIam::default(), no_rules());
    let handled = responder.handle(&newer, FUNCTION).await;
    assert_eq!(handled.expect("denied"), Handled::User(Outcome::Attached));
}

#[tokio::test(start_paused = true)]
async fn what_is_neither_a_signal_nor_an_alarm_is_an_error() {
    let mut nameless = signal();
    nameless["detail"]["guard"]["user"] = json!("");
    let mut foreign = signal();
    foreign["source"] = json!("somebody.else");
    for payload in [json!({}), json!(null), json!({"source": "aws.cloudwatch"}), nameless, foreign] {
        let responder = Responder::new(FakeIam::default(), no_rules());
        let error = responder.handle(&payload, FUNCTION).await.expect_err("unknown");
        assert_eq!(error.name(), "UnknownEvent");
    }
}

#[test]
fn the_trigger_says_which_event_from_where_and_why() {
    let Ok(Message::Signal(signalled)) = Message::parse(&signal()) else {
        panic!("a signal");
    };
    let trigger = serde_json::to_value(&signalled.trigger).expect("JSON");
    let expected = json!({"signals": ["access_denied"], "eventID": "e-1", "eventName": "ListBuckets",
        "eventSource": "s3.amazonaws.com", "eventTime": "2026-01-02T03:04:05Z",
        "sourceIPAddress": "192.0.2.1", "userAgent": "aws-cli/2"});
    assert_eq!(trigger, expected);
    assert_eq!(signalled.trigger.path(), "rule");
}
