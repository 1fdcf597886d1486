use guard_contract::{Signal, Signals};

use super::*;
use crate::filter::{User, record::Record};

/// A record whose event has about that many bytes.
struct Call {
    account: &'static str,
    user: String,
    signals: Signals,
    second: Option<i64>,
    bytes: usize,
}

fn call(user: &str, signals: &[Signal], second: Option<i64>) -> Call {
    Call {
        account: "222222222222",
        user: user.to_owned(),
        signals: signals.iter().copied().collect(),
        second,
        bytes: 0,
    }
}

fn denied(second: impl Into<Option<i64>>) -> Call {
    call("backup", &[Signal::AccessDenied], second.into())
}

fn kept(call: Call, json: &str) -> Kept<'_> {
    let Call { account, user, signals, second, .. } = call;
    Kept {
        json,
        record: Record::default(),
        user: User { account: account.into(), name: user.into(), principal_id: None, arn: "".into() },
        signals,
        time: second.map(|it| OffsetDateTime::from_unix_timestamp(it).expect("in range")),
    }
}

/// The seconds of the events that are put at once, of those at the end, and the number of the others.
fn pass(calls: impl IntoIterator<Item = Call>) -> (Vec<Option<i64>>, Vec<Option<i64>>, u64) {
    let mut repeats = Repeats::default();
    let second = |event: Event| event.time.map(OffsetDateTime::unix_timestamp);
    let (mut all, mut at_once) = (0, Vec::new());
    for call in calls {
        all += 1;
        let json = format!(r#"{{"x":"{}"}}"#, "x".repeat(call.bytes));
        let kept = kept(call, &json);
        at_once.extend(repeats.add(&kept).map(second));
    }
    let rest: Vec<_> = repeats.rest().into_iter().map(second).collect();
    assert_eq!(repeats.held, 0);
    assert_eq!((at_once.len() + rest.len()) as u64 + repeats.repeated(), all, "kept = put + repeated");
    (at_once, rest, repeats.repeated())
}

#[test]
fn of_records_that_are_alike_the_first_and_the_newest_are_put() {
    assert_eq!(pass([5, 3, 9, 7, 9].map(denied)), (vec![Some(5)], vec![Some(9)], 3));
    assert_eq!(pass([9, 3, 9].map(denied)), (vec![Some(9)], vec![], 2));
    assert_eq!(pass([denied(1)]), (vec![Some(1)], vec![], 0));
}

#[test]
fn the_first_record_of_unknown_time_is_put_and_so_is_the_newest_of_known() {
    let events = [denied(5), denied(None), denied(None), denied(7)];
    assert_eq!(pass(events), (vec![Some(5), None], vec![Some(7)], 1));
    assert_eq!(pass([denied(None), denied(None)]), (vec![None], vec![], 1));
}

#[test]
fn another_user_or_another_signal_is_another_kind() {
    let calls = [
        denied(1),
        call("Backup", &[Signal::AccessDenied], Some(1)),
        call("backup", &[Signal::Unexpected], Some(1)),
        call("backup", &[Signal::AccessDenied, Signal::Unexpected], Some(1)),
        Call { account: "333333333333", ..denied(1) },
    ];
    assert_eq!(pass(calls), (vec![Some(1); 5], vec![], 0));
}

#[test]
fn beyond_so_many_kinds_everything_is_put() {
    let of = |user: usize, second| call(&format!("u{user}"), &[Signal::AccessDenied], Some(second));
    let kinds = (0..MAX_KINDS).map(|user| of(user, 1));
    let beyond = (0..5).map(|second| of(MAX_KINDS, second));
    let known = (2..5).map(|second| of(0, second));
    let (at_once, rest, repeated) = pass(kinds.chain(beyond).chain(known));
    assert_eq!((at_once.len(), rest, repeated), (MAX_KINDS + 5, vec![Some(4)], 2));
}

#[test]
fn beyond_so_many_bytes_nothing_is_held() {
    let large = |user: usize, second| Call {
        bytes: 200_000,
        ..call(&user.to_string(), &[Signal::AccessDenied], Some(second))
    };
    let users = 200;
    let events = (1..=3).flat_map(|second| (0..users).map(move |user| large(user, second)));
    let (at_once, rest, repeated) = pass(events);
    assert_eq!(rest.len(), MAX_HELD / 200_200);
    assert!(rest.iter().all(|second| *second == Some(3)));
    // Those that could not be held were put each time.
    assert_eq!(at_once.len(), users + 2 * (users - rest.len()));
    assert_eq!(repeated as usize, rest.len());
}

/// Which two hashes would have to be alike for.
#[test]
fn a_kind_is_of_one_account_one_user_and_the_same_signals() {
    let is_of = |account, user, signals: &[Signal]| {
        let mut repeats = Repeats::default();
        repeats.add(&kept(denied(1), "{}"));
        repeats.kinds[0].is_of(&kept(Call { account, ..call(user, signals, None) }, "{}"))
    };
    assert!(is_of("222222222222", "backup", &[Signal::AccessDenied]));
    assert!(!is_of("333333333333", "backup", &[Signal::AccessDenied]));
    assert!(!is_of("222222222222", "other", &[Signal::AccessDenied]));
    assert!(!is_of("222222222222", "backup", &[Signal::AccessDenied, Signal::Unexpected]));
}
