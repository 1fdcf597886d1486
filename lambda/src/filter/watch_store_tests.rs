use std::{
    collections::VecDeque,
    sync::{
        Mutex as Lock,
        atomic::{AtomicU64, Ordering},
    },
};

use super::*;

type Listed = Result<Vec<(String, String)>, Refusal>;

/// Parameters whose lists are written down beforehand.
#[derive(Default)]
struct Lists {
    answers: Lock<VecDeque<Listed>>,
    asked: AtomicU64,
}

impl WatchSource for &Lists {
    async fn list(&self, path: &str) -> Listed {
        assert_eq!(path, "/guard/watches");
        self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = self.answers.lock().expect("not poisoned").pop_front();
        match answer {
            Some(answer) => answer,
            None => std::future::pending().await,
        }
    }
}

impl Lists {
    fn of(answers: impl IntoIterator<Item = Listed>) -> Self {
        Self { answers: Lock::new(answers.into_iter().collect()), ..Self::default() }
    }

    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A store, and the seconds of its clock.
fn store(lists: &Lists) -> (WatchStore<&Lists>, Arc<AtomicU64>) {
    let seconds = Arc::new(AtomicU64::new(1000));
    let shown = Arc::clone(&seconds);
    let clock = Box::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(shown.load(Ordering::Relaxed)));
    (WatchStore::with_clock(lists, "/guard/watches".into(), clock), seconds)
}

fn watch(topic: &str) -> (String, String) {
    let json = json!({"version": 1, "account": "222222222222", "user": "backup", "topics": [topic]});
    (format!("/guard/watches/{topic}"), json.to_string())
}

fn refusal() -> Refusal {
    Refusal { code: "ThrottlingException".into(), message: "slow down".into() }
}

#[tokio::test]
async fn watches_are_read_at_most_once_a_minute() {
    let lists = Lists::of([Ok(vec![watch("a")]), Ok(vec![watch("b")]), Ok(vec![watch("c")])]);
    let (store, seconds) = store(&lists);
    assert_eq!(lists.asked(), 0, "nobody has asked yet");
    for (at, expected, asked) in [(1000, "a", 1), (1059, "a", 1), (1060, "b", 2), (1100, "b", 2)] {
        seconds.store(at, Ordering::Relaxed);
        assert_eq!(store.topics().await, Ok(vec![expected.to_owned()]), "at {at}");
        assert_eq!(lists.asked(), asked, "at {at}");
    }
    // A clock that was set back must not keep what is old.
    seconds.store(5, Ordering::Relaxed);
    assert_eq!(store.topics().await, Ok(vec!["c".to_owned()]));
}

#[tokio::test]
async fn a_parameter_that_is_no_watch_is_counted_as_long_as_it_is_so_and_the_others_are_used() {
    let newer = json!({"version": 2, "account": "222222222222", "user": "backup"}).to_string();
    let strange = |value: &str| ("/guard/watches/strange".to_owned(), value.to_owned());
    let first = vec![strange("not json"), watch("a"), strange(&newer), strange("")];
    let lists = Lists::of([Ok(first), Ok(vec![watch("b")])]);
    let (store, seconds) = store(&lists);
    for _ in 0..2 {
        let reading = store.read().await;
        assert_eq!((reading.unreadable, reading.refusal), (3, None));
        assert_eq!(reading.watches.topics(), ["a"]);
    }
    seconds.store(1060, Ordering::Relaxed);
    assert_eq!(store.read().await.unreadable, 0);
}

#[tokio::test]
async fn a_list_that_fails_leaves_the_earlier_one_and_is_tried_again_a_minute_later() {
    let lists = Lists::of([Ok(vec![watch("a")]), Err(refusal()), Ok(vec![watch("b")])]);
    let (store, seconds) = store(&lists);
    store.read().await;
    for (at, asked) in [(1060, 2), (1100, 2)] {
        seconds.store(at, Ordering::Relaxed);
        let reading = store.read().await;
        assert_eq!((reading.unreadable, reading.refusal), (1, None), "at {at}");
        assert_eq!(reading.watches.topics(), ["a"]);
        assert_eq!(lists.asked(), asked, "at {at}");
    }
    seconds.store(1120, Ordering::Relaxed);
    let reading = store.read().await;
    assert_eq!((reading.unreadable, reading.watches.topics()), (0, vec!["b".to_owned()]));
}

#[tokio::test]
async fn a_list_that_never_came_is_a_refusal_and_is_tried_again_at_once() {
    let lists = Lists::of([Err(refusal()), Err(refusal()), Ok(vec![watch("a")])]);
    let (store, _) = store(&lists);
    let reading = store.read().await;
    assert_eq!((reading.unreadable, reading.refusal), (1, Some(refusal())));
    assert_eq!(store.topics().await, Err(refusal()));
    assert_eq!(store.topics().await, Ok(vec!["a".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_list_that_hangs_is_given_up_while_there_is_time_for_the_records() {
    let lists = Lists::default();
    let (store, _) = store(&lists);
    let refusal = store.read().await.refusal.expect("it never came");
    assert_eq!(refusal.code, "Timeout");
}
