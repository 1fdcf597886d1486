//! What is told of an incident, and by which of several invocations: exactly one, however many signals come at once.
//!
//! Who makes the notice's log stream tells it, and says in the tags what it has told. The others wait for that; if
//! it does not come, the one that was to tell was killed, and the next generation of the stream is made. As long as
//! an invocation is not killed between a publication and its tag, everything is told once; if it is, that one thing
//! is told twice.

use std::time::Duration;

use guard_contract::Tripped;
use time::OffsetDateTime;
use tokio::time::{Instant, timeout_at};

use super::{Claims, Guard, RuleBook, record::Record};
use crate::{Refusal, notify::short_hash};

/// How long the claim of a later generation may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often, and after which waits, it is looked whether another invocation has told: 5 s in all.
const LOOKS: u32 = 10;
const WAIT: Duration = Duration::from_millis(500);
/// How often a notice is begun: Lambda runs an invocation three times, and another signal may come.
const GENERATIONS: u32 = 5;
/// The seconds in which one notice tells that users were denied again.
const AGAIN: i64 = 300;
/// The word that stands for the event; a topic's is a hash.
const EVENT: &str = "event";

/// One notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    /// That the guard was tripped.
    First,
    /// That the user was not denied any more (or not yet) and had to be denied again; with what distinguishes it.
    Again(String),
}

impl Notice {
    /// What is to be told: nothing if everything was. `undone` says whether something was left, or again, to do.
    pub(super) fn due(guard: &Guard, undone: bool, now: OffsetDateTime) -> Option<Self> {
        let Some(tripped) = &guard.tripped else { return Some(Self::First) };
        if !Self::First.is_told(tripped, &guard.topics) {
            return Some(Self::First);
        }
        let begun = tripped.told.iter().find(|word| word.starts_with("again-") && !word.contains('/'));
        let begun = begun.map(|word| Self::Again(word.clone()));
        let begun = begun.filter(|notice| !notice.is_told(tripped, &guard.topics));
        let again = || Self::Again(format!("again-{}", now.unix_timestamp() / AGAIN));
        begun.or_else(|| undone.then(again))
    }

    /// The log stream that claims it.
    pub(super) fn stream(&self, guard: &Guard, generation: u32) -> String {
        let Guard { rule, life, .. } = guard;
        let stream = match self {
            Self::First => format!("incidents/{rule}/{life}"),
            Self::Again(again) => format!("incidents/{rule}/{life}/{again}"),
        };
        if generation == 1 { stream } else { format!("{stream}.{generation}") }
    }

    /// The word that says that the event was put.
    pub(super) fn event(&self) -> String {
        self.word(EVENT)
    }

    /// The word that says that a topic was told.
    pub(super) fn topic(&self, arn: &str) -> String {
        self.word(&short_hash(arn))
    }

    /// Says in the record that this notice is owed; [`Notice::First`] needs no saying.
    pub(super) fn owe<R: RuleBook>(&self, record: &mut Record<'_, R>) {
        let Self::Again(again) = self else { return };
        if !record.tripped.told.contains(again) {
            // A tag has room for one of them.
            record.tripped.told.retain(|word| !word.starts_with("again-"));
            record.owes(again.clone());
        }
    }

    /// Whether the event and all topics were told.
    pub(super) fn is_told(&self, tripped: &Tripped, topics: &[String]) -> bool {
        let words = topics.iter().map(|topic| self.topic(topic)).chain([self.event()]);
        words.into_iter().all(|word| tripped.told.contains(&word))
    }

    fn word(&self, what: &str) -> String {
        match self {
            Self::First => what.to_owned(),
            Self::Again(again) => format!("{again}/{what}"),
        }
    }
}

/// Whose a notice is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// This invocation's, with the log stream.
    Ours(String),
    /// Another's.
    Others,
    /// Not known: told rather twice than never.
    Unknown(String, Refusal),
}

impl Claim {
    /// Claims a notice; denying comes first, so the claim has to be answered by then.
    pub(super) async fn stake(claims: &impl Claims, stream: String, deadline: Instant) -> Self {
        match timeout_at(deadline, claims.claim(&stream)).await {
            Ok(Ok(true)) => Self::Ours(stream),
            Ok(Ok(false)) => Self::Others,
            Ok(Err(refusal)) => Self::Unknown(stream, refusal),
            Err(_) => {
                let message = "no answer in time".to_owned();
                Self::Unknown(stream, Refusal { code: "Timeout".to_owned(), message })
            }
        }
    }
}

/// What came of waiting for another invocation to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It has told.
    Told,
    /// It has not: this one has to, in that log stream.
    Ours(String),
    /// Nor has any of those that tried.
    Hopeless,
}

impl Turn {
    /// Waits for whoever claimed a notice, and takes it over from one that was killed.
    pub(super) async fn wait<S: RuleBook + Claims>(
        services: &S,
        notice: &Notice,
        guard: &Guard,
        record: &mut Record<'_, S>,
    ) -> Self {
        for generation in 2..=GENERATIONS {
            for _ in 0..LOOKS {
                record.refresh().await;
                if notice.is_told(&record.tripped, &guard.topics) {
                    return Self::Told;
                }
                tokio::time::sleep(WAIT).await;
            }
            match Claim::stake(services, notice.stream(guard, generation), Instant::now() + PATIENCE).await {
                Claim::Ours(stream) => {
                    record.refresh().await;
                    return Self::Ours(stream);
                }
                Claim::Others => {}
                Claim::Unknown(stream, refusal) => {
                    record.failures.push(format!("log stream {stream} can't be made: {refusal}"));
                    return Self::Ours(stream);
                }
            }
        }
        Self::Hopeless
    }
}
