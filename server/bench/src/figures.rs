//! Durations and rates, and their statistics: the median, the 99th percentile, the spread.

use std::time::Duration;

/// Durations of the same operation.
#[derive(Clone, Default)]
pub struct Times(Vec<Duration>);

impl Times {
    /// Adds a duration.
    pub fn push(&mut self, time: Duration) {
        self.0.push(time);
    }

    /// Adds the durations of another set.
    pub fn extend(&mut self, times: Self) {
        self.0.extend(times.0);
    }

    /// The number of durations.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The median, in milliseconds.
    pub fn p50(&self) -> f64 {
        self.at(50)
    }

    /// The 99th percentile, in milliseconds.
    pub fn p99(&self) -> f64 {
        self.at(99)
    }

    fn at(&self, percent: usize) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
        sorted
            .get(place)
            .map_or(f64::NAN, |time| time.as_secs_f64() * 1_000.0)
    }
}

/// Operations per second, once for each round.
#[derive(Clone, Default)]
pub struct Rates(Vec<f64>);

impl Rates {
    /// Adds a round.
    pub fn push(&mut self, done: usize, in_time: Duration) {
        self.0.push(done as f64 / in_time.as_secs_f64());
    }

    /// The rate of the median round.
    pub fn median(&self) -> f64 {
        let sorted = self.sorted();
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// The rates of the slowest and the fastest round.
    pub fn spread(&self) -> String {
        let sorted = self.sorted();
        let at = |rate: Option<&f64>| rate.copied().unwrap_or(f64::NAN);
        format!("{:.0} to {:.0}", at(sorted.first()), at(sorted.last()))
    }

    fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted
    }
}
