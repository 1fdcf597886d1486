//! An AWS in memory: what it is told, it keeps; what it is asked, it counts.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    sync::{Arc, Mutex, MutexGuard},
};

use guard_contract::INLINE_DENY_DOCUMENT;

use tokio::sync::Notify;

use crate::{
    Refusal,
    notify::{Message, Publisher},
    responder::{Announcer, Claims, DenyError, Key, Rule, RuleBook, UserDenier},
};

/// Shared by all invocations of a test.
#[derive(Clone, Debug, Default)]
pub(super) struct FakeAws(Arc<Mutex<State>>, Arc<Notify>);

/// What somebody else does.
type Happening = fn(&mut State);

#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) rules: BTreeMap<String, Rule>,
    pub(super) tags: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) user_gone: bool,
    /// The name that the user has now, if it is not the one that is guarded.
    pub(super) renamed: Option<&'static str>,
    /// Whether somebody made another user of the guarded name when this one was renamed.
    pub(super) has_decoy: bool,
    /// Calls that are never answered.
    pub(super) hangs: BTreeSet<&'static str>,
    /// How often whoever has the key takes the deny off, as soon as it is looked for.
    pub(super) takes_off: usize,
    pub(super) attached: bool,
    pub(super) inline: Option<String>,
    pub(super) keys: BTreeMap<String, bool>,
    pub(super) streams: BTreeMap<String, Vec<String>>,
    pub(super) events: Vec<serde_json::Value>,
    pub(super) messages: Vec<(String, Message)>,
    /// All calls, in order.
    pub(super) calls: Vec<&'static str>,
    /// Calls that are refused, with which code.
    pub(super) refused: BTreeMap<&'static str, &'static str>,
    /// Topics that take nothing.
    pub(super) broken: BTreeSet<String>,
    /// What IAM is told and does not show, but for this many looks.
    pub(super) shows_after: Option<usize>,
    /// At which call the invocation is killed, and whether that call still has its effect.
    pub(super) cut: Option<(usize, bool)>,
    /// Before which call somebody else does what.
    pub(super) meanwhile: Option<(usize, Happening)>,
}

/// Calls that change nothing.
const READS: [&str; 8] = ["rule", "rules", "tags", "look", "inline", "keys", "owner", "users"];
/// The unique id of the guarded user.
pub(super) const PRINCIPAL_ID: &str = "AIDABACKUP";

impl State {
    pub(super) fn count(&self, call: &str) -> usize {
        self.calls.iter().filter(|it| **it == call).count()
    }

    pub(super) fn writes(&self) -> usize {
        self.calls.iter().filter(|call| !READS.contains(call)).count()
    }
}

impl FakeAws {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("not poisoned")
    }

    /// Runs an invocation until the call at which it is killed; whether there was one.
    pub(super) async fn killed(&self, invocation: impl Future) -> bool {
        tokio::select! {
            biased;
            () = self.1.notified() => true,
            _ = invocation => false,
        }
    }

    /// One call: others may come before it and after it, and it may be the invocation's last.
    async fn call<T, E: From<Refusal>>(
        &self,
        name: &'static str,
        effect: impl FnOnce(&mut State) -> Result<T, E>,
    ) -> Result<T, E> {
        tokio::task::yield_now().await;
        let (answer, killed, hangs) = {
            let mut state = self.state();
            if let Some((at, happens)) = state.meanwhile
                && state.calls.len() == at
            {
                happens(&mut state);
            }
            state.calls.push(name);
            let hangs = state.hangs.contains(name);
            let cut = state.cut.filter(|(at, _)| state.calls.len() == at + 1);
            let refused = state.refused.get(name).copied();
            let answer = match (cut, refused) {
                (Some((_, false)), _) => None,
                (_, Some(code)) => {
                    Some(Err(Refusal { code: code.to_owned(), message: format!("no {name}") }.into()))
                }
                _ => Some(effect(&mut state)),
            };
            (answer, cut.is_some(), hangs)
        };
        if hangs {
            return std::future::pending().await;
        }
        tokio::task::yield_now().await;
        match answer {
            Some(answer) if !killed => answer,
            _ => {
                self.1.notify_one();
                std::future::pending().await
            }
        }
    }
}

fn gone() -> DenyError {
    DenyError::NoSuchEntity("The user with name backup cannot be found.".into())
}

fn missing() -> Refusal {
    Refusal { code: "ResourceNotFoundException".into(), message: "there is no such rule".into() }
}

fn there(state: &State, user: &str) -> Result<(), DenyError> {
    let is_there = !state.user_gone && user == state.renamed.unwrap_or("backup");
    if is_there || is_decoy(state, user) { Ok(()) } else { Err(gone()) }
}

fn is_decoy(state: &State, user: &str) -> bool {
    state.has_decoy && state.renamed.is_some() && user == "backup"
}

impl UserDenier for FakeAws {
    async fn is_attached(&self, user: &str) -> Result<bool, DenyError> {
        self.call("look", |state| {
            there(state, user)?;
            if is_decoy(state, user) {
                return Ok(false);
            }
            let looks = state.count("look");
            if state.attached && state.takes_off > 0 {
                (state.takes_off, state.attached, state.inline) = (state.takes_off - 1, false, None);
            }
            Ok(state.attached && state.shows_after.is_none_or(|after| looks > after))
        })
        .await
    }

    async fn attach(&self, user: &str) -> Result<(), DenyError> {
        self.call("attach", |state| {
            there(state, user)?;
            state.attached |= !is_decoy(state, user);
            Ok(())
        })
        .await
    }

    async fn inline(&self, _user: &str) -> Result<Option<String>, DenyError> {
        self.call("inline", |state| Ok(state.inline.clone())).await
    }

    async fn put_inline(&self, user: &str) -> Result<(), DenyError> {
        self.call("put_inline", |state| {
            there(state, user)?;
            state.inline = Some(INLINE_DENY_DOCUMENT.to_owned());
            Ok(())
        })
        .await
    }

    async fn keys(&self, user: &str) -> Result<Vec<Key>, DenyError> {
        self.call("keys", |state| {
            there(state, user)?;
            Ok(state.keys.iter().map(|(id, active)| Key { id: id.clone(), active: *active }).collect())
        })
        .await
    }

    async fn deactivate(&self, _user: &str, key: &str) -> Result<(), DenyError> {
        self.call("deactivate", |state| {
            state.keys.insert(key.to_owned(), false);
            Ok(())
        })
        .await
    }

    async fn owner_of(&self, key: &str) -> Result<Option<String>, DenyError> {
        self.call("owner", |state| {
            let has = state.keys.contains_key(key) && !state.user_gone;
            Ok(has.then(|| state.renamed.unwrap_or("backup").to_owned()))
        })
        .await
    }

    async fn name_of(&self, id: &str) -> Result<Option<String>, DenyError> {
        self.call("users", |state| {
            let is_there = id == PRINCIPAL_ID && !state.user_gone;
            Ok(is_there.then(|| state.renamed.unwrap_or("backup").to_owned()))
        })
        .await
    }
}

impl RuleBook for FakeAws {
    async fn rule(&self, bus: &str, rule: &str) -> Result<Option<Rule>, Refusal> {
        assert_eq!(bus, "guard-bus");
        self.call("rule", |state| Ok(state.rules.get(rule).cloned())).await
    }

    async fn rules(&self, bus: &str, prefix: &str) -> Result<Vec<String>, Refusal> {
        assert_eq!(bus, "guard-bus");
        self.call("rules", |state| {
            let rules = state.rules.iter().filter(|(name, _)| name.starts_with(prefix));
            Ok(rules.map(|(_, rule)| rule.arn.clone()).collect())
        })
        .await
    }

    async fn tags(&self, arn: &str) -> Result<BTreeMap<String, String>, Refusal> {
        self.call("tags", |state| state.tags.get(arn).cloned().ok_or_else(missing)).await
    }

    async fn tag(&self, arn: &str, tags: &BTreeMap<String, String>) -> Result<(), Refusal> {
        self.call("tag", |state| {
            state.tags.get_mut(arn).ok_or_else(missing)?.extend(tags.clone());
            Ok(())
        })
        .await
    }
}

impl Claims for FakeAws {
    async fn claim(&self, stream: &str) -> Result<bool, Refusal> {
        assert!(stream.len() <= 512 && !stream.contains([':', '*']), "{stream}");
        self.call("claim", |state| {
            let is_new = !state.streams.contains_key(stream);
            state.streams.entry(stream.to_owned()).or_default();
            Ok(is_new)
        })
        .await
    }

    async fn keep(&self, stream: &str, text: &str) -> Result<(), Refusal> {
        self.call("keep", |state| {
            state.streams.get_mut(stream).ok_or_else(missing)?.push(text.to_owned());
            Ok(())
        })
        .await
    }
}

impl Announcer for FakeAws {
    async fn announce(&self, _resource: Option<&str>, detail: &str) -> Result<(), Refusal> {
        self.call("announce", |state| {
            state.events.push(serde_json::from_str(detail).expect("JSON"));
            Ok(())
        })
        .await
    }
}

impl Publisher for FakeAws {
    async fn publish(&self, topic: &str, message: &Message) -> Result<(), Refusal> {
        self.call("publish", |state| {
            if state.broken.contains(topic) {
                return Err(Refusal { code: "NotFound".into(), message: "no such topic".into() });
            }
            state.messages.push((topic.to_owned(), message.clone()));
            Ok(())
        })
        .await
    }
}
