//! A limit on how often this process does something. Limits that all servers share are in
//! `usher_domain::throttles`.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Allows a number of events in each window of time.
pub struct RateLimit {
    most: u32,
    window: Duration,
    /// The start of the current window, and its number of events.
    current: Mutex<Option<(Instant, u32)>>,
}

impl RateLimit {
    /// Allows `most` events per `window`.
    pub fn new(most: u32, window: Duration) -> Self {
        Self {
            most,
            window,
            current: Mutex::new(None),
        }
    }

    /// Counts an event; returns whether it is within the limit.
    pub fn allows(&self) -> bool {
        let Ok(mut current) = self.current.lock() else {
            return false;
        };
        let (start, count) = current
            .filter(|(start, _)| start.elapsed() < self.window)
            .unwrap_or_else(|| (Instant::now(), 0));
        *current = Some((start, count.saturating_add(1)));
        count < self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_a_limited_number_of_events() {
        let limit = RateLimit::new(20, Duration::from_secs(60));
        assert_eq!((0..1_000).filter(|_| limit.allows()).count(), 20);
    }

    #[test]
    fn the_next_window_starts_from_zero() {
        let limit = RateLimit::new(1, Duration::ZERO);
        assert!(limit.allows() && limit.allows());
    }
}
