//! What AWS has answered, kept for as long as nothing is written: many guards ask the same questions, and
//! one answer serves them all.
//!
//! Who needs to know what is true now ([`Answer::fresh`]) shares a question only with those who asked while
//! it was not yet under way.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::Mutex as AsyncMutex;

use super::Error;

/// The answer to one question; no error is kept.
#[derive(Debug)]
pub(super) struct Answer<T> {
    moments: AtomicU64,
    held: AsyncMutex<Option<(u64, Arc<T>)>>,
}

impl<T> Default for Answer<T> {
    fn default() -> Self {
        Self { moments: AtomicU64::new(1), held: AsyncMutex::default() }
    }
}

impl<T> Answer<T> {
    /// The answer that is there, or a new one. Whoever asks meanwhile waits for it.
    pub(super) async fn get<F>(&self, ask: impl FnOnce() -> F) -> Result<Arc<T>, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.asked_since(0, ask).await
    }

    /// An answer to a question that was asked later than now.
    pub(super) async fn fresh<F>(&self, ask: impl FnOnce() -> F) -> Result<Arc<T>, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        self.asked_since(self.moments.fetch_add(1, Ordering::SeqCst), ask).await
    }

    async fn asked_since<F>(&self, moment: u64, ask: impl FnOnce() -> F) -> Result<Arc<T>, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let mut held = self.held.lock().await;
        if let Some((asked, answer)) = held.as_ref().filter(|(asked, _)| *asked >= moment) {
            tracing::trace!(asked, moment, "answered already");
            return Ok(answer.clone());
        }
        let asked = self.moments.fetch_add(1, Ordering::SeqCst);
        let answer = Arc::new(ask().await?);
        *held = Some((asked, answer.clone()));
        Ok(answer)
    }
}

/// The answers to questions of one kind, by what was asked about.
#[derive(Debug)]
pub(super) struct Answers<T>(Mutex<HashMap<String, Arc<Answer<T>>>>);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Answers<T> {
    /// The answer about one thing.
    pub(super) fn about(&self, thing: &str) -> Arc<Answer<T>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(thing.to_owned()).or_default().clone()
    }

    /// Forgets all: something was written.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

pub(super) use crate::chain::Tags;

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(count: &AtomicU64) -> Result<u64, Error> {
        tokio::task::yield_now().await;
        Ok(count.fetch_add(1, Ordering::SeqCst))
    }

    #[tokio::test]
    async fn one_answer_serves_all_until_it_is_forgotten() {
        let (answers, count) = (Answers::default(), AtomicU64::new(0));
        let ask = || async { answers.about("bus").get(|| asked(&count)).await };
        let both = futures::join!(ask(), ask());
        assert_eq!((*both.0.expect("answered"), *both.1.expect("answered")), (0, 0));
        answers.forget();
        assert_eq!(*ask().await.expect("answered"), 1);
    }

    #[tokio::test]
    async fn a_fresh_answer_was_asked_for_later() {
        let (answer, count) = (Answer::default(), AtomicU64::new(0));
        assert_eq!(*answer.fresh(|| asked(&count)).await.expect("answered"), 0);
        assert_eq!(*answer.fresh(|| asked(&count)).await.expect("answered"), 1);
        let three = futures::join!(
            answer.fresh(|| asked(&count)),
            answer.fresh(|| asked(&count)),
            answer.fresh(|| asked(&count))
        );
        assert_eq!(count.load(Ordering::SeqCst), 4, "the two that came later share one question: {three:?}");
        assert_eq!(*answer.get(|| asked(&count)).await.expect("answered"), 3);
    }
}
