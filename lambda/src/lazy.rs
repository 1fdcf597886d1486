//! What a start can leave for later.

use std::{
    fmt,
    ops::Deref,
    sync::{Arc, LazyLock},
};

/// What is made when it is first used, and then shared.
pub struct Lazy<T>(Arc<LazyLock<T, Make<T>>>);

type Make<T> = Box<dyn FnOnce() -> T + Send>;

impl<T> Lazy<T> {
    /// To be made like this.
    pub fn new(make: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(make))))
    }
}

impl<T> Clone for Lazy<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: fmt::Debug> fmt::Debug for Lazy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn it_is_made_when_it_is_used_and_once() {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let lazy = Lazy::new(|| MADE.fetch_add(1, Ordering::Relaxed));
        let same = lazy.clone();
        assert_eq!(MADE.load(Ordering::Relaxed), 0);
        assert_eq!((*lazy, *same), (0, 0));
        assert_eq!(MADE.load(Ordering::Relaxed), 1);
    }
}
