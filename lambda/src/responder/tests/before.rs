//! A guard has a beginning: older records are reported, not acted on.

use super::*;

fn built_at(since: i64) -> FakeAws {
    guarded(&Response { since: Some(since), ..Response::default() })
}

fn called_at(time: &str) -> Value {
    let mut signal = signal();
    signal["detail"]["eventTime"] = json!(time);
    signal
}

#[tokio::test(start_paused = true)]
async fn a_record_from_long_before_the_guard_is_reported_once_and_denies_nobody() {
    let aws = built_at(NOW);
    for _ in 0..3 {
        assert_eq!(outcome(&aws, &called_at("2026-01-02T02:06:39Z")).await, Outcome::BeforeGuard);
    }
    let state = aws.state();
    assert!(!state.attached && state.count("attach") == 0);
    assert_eq!(state.messages.len(), 1);
    let Message { subject, body, .. } = &state.messages[0].1;
    assert_eq!(subject, "guard: old records, not acted on: backup of 222222222222");
    assert!(body.contains("Time:     2026-01-02T02:06:39Z\n"), "{body}");
    drop(state);
    assert_eq!(tripped(&aws), None);
}

#[tokio::test(start_paused = true)]
async fn an_alarm_that_old_records_moved_denies_nobody_and_a_later_one_does() {
    let aws = built_at(NOW);
    outcome(&aws, &called_at("2025-01-02T03:04:05Z")).await;
    assert_eq!(outcome(&aws, &alarm("ALARM")).await, Outcome::Stale);
    assert!(!aws.state().attached);
    let later = Settings { clock: later, ..settings() };
    let handled = Responder::new(aws.clone(), later).handle(&alarm("ALARM"), FUNCTION).await;
    assert_eq!(handled.expect("handled"), Handled::User(Outcome::Attached));
}

#[tokio::test(start_paused = true)]
async fn a_record_from_within_the_last_hour_before_the_guard_denies() {
    let aws = built_at(NOW);
    assert_eq!(outcome(&aws, &called_at("2026-01-02T02:06:40Z")).await, Outcome::Attached);
}

#[tokio::test(start_paused = true)]
async fn a_beginning_that_is_yet_to_come_is_none() {
    let aws = built_at(NOW + 24 * 3600);
    assert_eq!(outcome(&aws, &signal()).await, Outcome::Attached);
}
