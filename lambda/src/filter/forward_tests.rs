use std::{collections::VecDeque, sync::Mutex};

use super::*;

type Answer = Result<Vec<Result<(), Refusal>>, Refusal>;

/// A bus whose answers are written down beforehand; it takes everything after the last of them.
#[derive(Debug, Default)]
struct Bus {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Vec<String>>>,
}

impl Bus {
    fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: Mutex::new(answers.into_iter().collect()), requests: Mutex::default() }
    }

    fn requests(self) -> Vec<Vec<String>> {
        self.requests.into_inner().expect("no test panics in here")
    }
}

impl EventSink for Bus {
    async fn put(&self, events: &[Event]) -> Answer {
        let request = events.iter().map(|event| event.detail.clone()).collect();
        self.requests.lock().expect("not poisoned").push(request);
        let answer = self.answers.lock().expect("not poisoned").pop_front();
        answer.unwrap_or_else(|| Ok(vec![Ok(()); events.len()]))
    }
}

fn refusal(code: &str) -> Refusal {
    Refusal { code: code.into(), message: format!("{code} it is") }
}

async fn forward(bus: &Bus, events: impl IntoIterator<Item = &str>) -> Refused {
    let mut forwarder = Forwarder::new(bus);
    for detail in events {
        let event = super::super::event::plain(detail);
        forwarder.add(event).await;
    }
    forwarder.finish().await
}

#[tokio::test(start_paused = true)]
async fn events_go_in_full_requests() {
    let bus = Bus::default();
    assert_eq!(forward(&bus, ["x"; 23]).await, Refused::default());
    assert_eq!(bus.requests().iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 3]);
}

#[tokio::test(start_paused = true)]
async fn only_the_entries_that_failed_are_put_again() {
    let bus = Bus::answering([
        Ok(vec![Ok(()), Err(refusal("ThrottlingException")), Ok(()), Err(refusal("InternalFailure"))]),
        Ok(vec![Err(refusal("ThrottlingException")), Ok(())]),
    ]);
    assert_eq!(forward(&bus, ["a", "b", "c", "d"]).await, Refused::default());
    assert_eq!(bus.requests(), [vec!["a", "b", "c", "d"], vec!["b", "d"], vec!["b"]]);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_fails_for_good_is_reported_at_once() {
    let bus = Bus::answering([Ok(vec![Ok(()), Err(refusal("NotAuthorizedForSourceException"))])]);
    let refused = forward(&bus, ["a", "b"]).await;
    assert_eq!(refused.events, 1);
    assert_eq!(refused.codes, BTreeMap::from([("NotAuthorizedForSourceException".into(), 1)]));
    assert_eq!(refused.message.as_deref(), Some("NotAuthorizedForSourceException it is"));
    assert_eq!(bus.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_keeps_failing_is_given_up_and_reported() {
    let bus = Bus::answering((0..100).map(|_| Ok(vec![Err(refusal("ThrottlingException"))])));
    let refused = forward(&bus, ["a"]).await;
    assert_eq!(refused.codes, BTreeMap::from([("ThrottlingException".into(), 1)]));
    assert_eq!(bus.requests().len(), ATTEMPTS as usize);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_refused_counts_all_its_events_and_the_next_one_is_put() {
    let bus = Bus::answering([Err(refusal("AccessDeniedException"))]);
    let refused = forward(&bus, ["a"; 12]).await;
    assert_eq!(refused.codes, BTreeMap::from([("AccessDeniedException".into(), 10)]));
    assert_eq!(bus.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_entry_without_an_answer_counts_as_refused() {
    let bus = Bus::answering([Ok(vec![Ok(())])]);
    assert_eq!(forward(&bus, ["a", "b"]).await.events, 1);
}
