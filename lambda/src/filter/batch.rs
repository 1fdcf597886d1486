//! Fills requests: PutEvents takes 10 entries at a time, and less than 256 KB in all.

use super::event::Event;

/// Entries in a request.
pub const MAX_ENTRIES: usize = 10;
/// Bytes in a request, by [`Event::size`]. AWS takes 1 MB since January 2026; not all that speak its
/// protocol do, and nothing is won.
pub const MAX_BYTES: usize = 256 * 1024 - 1;

/// Events that wait for a request to be full.
#[derive(Debug, Default)]
pub struct Batch {
    events: Vec<Event>,
    bytes: usize,
}

impl Batch {
    /// Adds an event; answers the full request that it did not fit into any more.
    pub fn add(&mut self, event: Event) -> Option<Vec<Event>> {
        let size = event.size();
        let is_full = self.events.len() == MAX_ENTRIES || self.bytes + size > MAX_BYTES;
        let full = if is_full { self.take() } else { None };
        self.bytes += size;
        self.events.push(event);
        full
    }

    /// What is left, if anything.
    pub fn take(&mut self) -> Option<Vec<Event>> {
        self.bytes = 0;
        let events = std::mem::take(&mut self.events);
        (!events.is_empty()).then_some(events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(bytes: usize) -> Event {
        super::super::event::plain(&"x".repeat(bytes))
    }

    fn requests(sizes: &[usize]) -> Vec<usize> {
        let mut batch = Batch::default();
        let mut requests = Vec::new();
        for size in sizes {
            requests.extend(batch.add(event(*size)));
        }
        requests.extend(batch.take());
        assert!(batch.take().is_none());
        for request in &requests {
            assert!(request.iter().map(Event::size).sum::<usize>() <= MAX_BYTES);
        }
        requests.iter().map(Vec::len).collect()
    }

    #[test]
    fn ten_events_fill_a_request() {
        assert_eq!(requests(&[100; 25]), [10, 10, 5]);
        assert_eq!(requests(&[100; 10]), [10]);
        assert_eq!(requests(&[]), [0_usize; 0]);
    }

    #[test]
    fn bytes_fill_a_request_too() {
        assert_eq!(requests(&[100_000; 5]), [2, 2, 1]);
        let own = event(0).size();
        assert_eq!(requests(&[MAX_BYTES - 2 * own - 5, 5, 1]), [2, 1]);
    }
}
