//! Telling: whom, what, and once.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_person_learns_who_did_what_from_where_and_what_was_done() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    let state = aws.state();
    let (topic, message) = &state.messages[0];
    assert_eq!(topic, TOPIC);
    assert_eq!(message.subject, "guard: denied: backup of 222222222222 (access_denied)");
    let stream = state.streams.keys().next().expect("claimed");
    let expected = format!(
        "IAM user backup of account 222222222222 did what its script never does: its key may have leaked.\n\n\
         User:     arn:aws:iam::222222222222:user/scripts/backup\n\
         Signal:   access_denied\n\
         Action:   s3:ListBuckets\n\
         From:     192.0.2.1\n\
         With:     aws-cli/2\n\
         Time:     2026-01-02T03:04:05Z\n\
         Event:    e-1\n\
         Done:     AWSDenyAll attached, which denies everything\n\
         Log:      log group /aws/lambda/guard-responder, stream {stream}, in 222222222222 eu-west-1\n\n\
         When it is cleared up: set rearm = \"<ticket>\" in the guard's block and apply.\n"
    );
    assert_eq!(message.body, expected);
    assert!(stream.starts_with(&format!("incidents/{}/", rule_name())), "{stream}");
    let evidence: Value = serde_json::from_str(&state.streams[stream][0]).expect("the record");
    assert_eq!(evidence, signal()["detail"]);
}

#[tokio::test(start_paused = true)]
async fn other_tools_learn_the_same_from_the_default_bus() {
    let aws = enforcing();
    outcome(&aws, &signal()).await;
    let state = aws.state();
    let stream = state.streams.keys().next().expect("claimed");
    let expected = json!({
        "guard": "222222222222/eu-west-1/backup", "rule": rule_name(),
        "user_arn": "arn:aws:iam::222222222222:user/scripts/backup", "mode": "enforce",
        "outcome": "attached", "steps": ["attach"], "renamed_to": null, "again": false, "path": "rule",
        "signals": ["access_denied"], "action": "s3:ListBuckets", "error_code": null,
        "source_address": "192.0.2.1", "user_agent": "aws-cli/2", "region": null,
        "event_time": "2026-01-02T03:04:05Z", "event_id": "e-1",
        "log_group": "/aws/lambda/guard-responder", "log_stream": stream,
    });
    assert_eq!(state.events, [expected]);
}

#[tokio::test(start_paused = true)]
async fn what_a_stranger_wrote_cannot_forge_the_message() {
    let aws = enforcing();
    let mut forged = signal();
    forged["detail"]["userAgent"] = json!(format!("x\nDone:     nothing\u{202e}{}", "y".repeat(5000)));
    outcome(&aws, &forged).await;
    let state = aws.state();
    let (_, message) = &state.messages[0];
    assert_eq!(message.body.lines().filter(|line| line.starts_with("Done:")).count(), 1);
    assert!(message.body.len() < 1500, "{}", message.body.len());
    assert!(state.events[0]["user_agent"].as_str().expect("a text").chars().count() <= 200);
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_takes_nothing_keeps_no_other_from_being_told_and_a_retry_tells_only_it() {
    let aws = enforcing();
    let others = ["arn:aws:sns:us-east-1:1:a", "arn:aws:sns:us-east-1:1:b.fifo"].map(str::to_owned);
    let topics: Vec<String> = [TOPIC.to_owned()].into_iter().chain(others.clone()).collect();
    aws.state().tags.get_mut(&rule_arn()).expect("tags").extend(topic_tags(&topics));
    aws.state().broken.insert(others[0].clone());
    let error = respond(&aws, &signal()).await.expect_err("one was not told");
    assert!(error.to_string().contains("arn:aws:sns:us-east-1:1:a was not told"), "{error}");
    let told =
        |aws: &FakeAws| aws.state().messages.iter().map(|(topic, _)| topic.clone()).collect::<Vec<_>>();
    assert_eq!(told(&aws), [TOPIC, &others[1]]);
    aws.state().broken.clear();
    outcome(&aws, &signal()).await;
    assert_eq!(told(&aws), [TOPIC, &others[1], &others[0]]);
    assert_eq!(aws.state().events.len(), 1);
}

/// Bug 16 of the peers: triggers that come at once send a notice each.
#[tokio::test(start_paused = true)]
async fn bug_16_ten_triggers_at_once_are_one_attach_and_one_notice() {
    let aws = enforcing();
    let local = tokio::task::LocalSet::new();
    let run = async {
        let ten = (0..10).map(|number| {
            let (aws, mut payload) = (aws.clone(), signal());
            payload["detail"]["eventID"] = json!(format!("e-{number}"));
            tokio::task::spawn_local(async move { outcome(&aws, &payload).await })
        });
        for one in ten.collect::<Vec<_>>() {
            one.await.expect("no panic");
        }
    };
    local.run_until(run).await;
    let state = aws.state();
    assert_eq!((state.count("attach"), state.messages.len(), state.events.len()), (1, 1, 1));
    assert_eq!(state.streams.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_killed_invocation_claimed_is_told_by_the_next_and_by_one_only() {
    let aws = enforcing();
    aws.state().cut = Some((4, false)); // claimed, and nothing else
    let payload = signal();
    assert!(aws.killed(respond(&aws, &payload)).await);
    aws.state().cut = None;
    let local = tokio::task::LocalSet::new();
    let run = async {
        let one = || {
            let aws = aws.clone();
            tokio::task::spawn_local(async move { outcome(&aws, &signal()).await })
        };
        for one in [one(), one(), one()] {
            one.await.expect("no panic");
        }
    };
    local.run_until(run).await;
    assert!(aws.state().attached);
    let state = aws.state();
    assert_eq!((state.messages.len(), state.events.len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_claim_that_is_not_answered_keeps_nobody_from_being_denied_and_told() {
    let aws = enforcing();
    aws.state().cut = Some((3, false)); // hangs
    let error = respond(&aws, &signal()).await.expect_err("not claimed");
    assert!(error.to_string().contains("no answer in time"), "{error}");
    let state = aws.state();
    assert_eq!((state.attached, state.messages.len()), (true, 1));
}

#[tokio::test(start_paused = true)]
async fn an_incident_that_can_never_be_recorded_is_told_once_and_as_what_it_was() {
    let aws = enforcing();
    aws.state().refused.insert("tag", "AccessDeniedException");
    for _ in 0..8 {
        assert_eq!(respond(&aws, &signal()).await.expect_err("not recorded").name(), "NotTold");
    }
    let state = aws.state();
    assert_eq!((state.messages.len(), state.events.len()), (1, 1));
    let subject = &state.messages[0].1.subject;
    assert!(subject.starts_with("guard: denied"), "{subject}");
}
