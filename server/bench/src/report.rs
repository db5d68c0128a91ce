//! The figures: each said when it is found, and all of them at the end, beside their bars.

use std::fmt;

/// What a figure is counted in.
#[derive(Clone, Copy)]
pub enum Unit {
    /// Milliseconds.
    Ms,
    /// A thousand bytes.
    Kb,
    /// A million bytes.
    Mb,
    /// Per second.
    PerSecond,
    /// A ratio.
    Times,
}

/// Where a figure should be.
#[derive(Clone, Copy)]
pub enum Bar {
    /// Here or below.
    AtMost(f64),
    /// Here or above.
    AtLeast(f64),
    /// Told for itself.
    None,
}

struct Figure {
    id: &'static str,
    what: String,
    bar: Bar,
    measured: f64,
    unit: Unit,
}

/// All figures of a run.
#[derive(Default)]
pub struct Report(Vec<Figure>);

impl Report {
    /// Keeps a figure. `id` is the bar's; empty where there is none.
    pub fn keep(&mut self, id: &'static str, what: impl Into<String>, bar: Bar, measured: f64, unit: Unit) {
        self.0.push(Figure { id, what: what.into(), bar, measured, unit });
    }
}

/// Says what comes now, and how long it may take.
pub fn step(what: &str) {
    println!("\n-- {what}");
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ms => "ms",
            Self::Kb => "kB",
            Self::Mb => "MB",
            Self::PerSecond => "/s",
            Self::Times => "×",
        })
    }
}

impl Figure {
    fn spelled(&self, value: f64) -> String {
        let digits = match self.unit {
            Unit::Times => 2,
            _ if value.abs() < 100.0 && value.fract() != 0.0 => 1,
            _ => 0,
        };
        format!("{value:.digits$} {}", self.unit)
    }

    fn target(&self) -> String {
        match self.bar {
            Bar::AtMost(bar) => format!("≤ {}", self.spelled(bar)),
            Bar::AtLeast(bar) => format!("≥ {}", self.spelled(bar)),
            Bar::None => String::new(),
        }
    }

    fn of_the_bar(&self) -> String {
        match self.bar {
            Bar::AtMost(bar) | Bar::AtLeast(bar) => format!("{:.2} ×", self.measured / bar),
            Bar::None => String::new(),
        }
    }

    fn is_met(&self) -> Option<bool> {
        match self.bar {
            Bar::AtMost(bar) => Some(self.measured <= bar),
            Bar::AtLeast(bar) => Some(self.measured >= bar),
            Bar::None => None,
        }
    }

    fn verdict(&self) -> &'static str {
        match self.is_met() {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<4} {:<58} {:>11} {:>11} {:>10}", "bar", "", "target", "measured", "of the bar")?;
        for figure in &self.0 {
            let (measured, verdict) = (figure.spelled(figure.measured), figure.verdict());
            let line = format!(
                "{:<4} {:<58} {:>11} {measured:>11} {:>10}  {verdict}",
                figure.id,
                figure.what,
                figure.target(),
                figure.of_the_bar()
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        let count = |met| self.0.iter().filter(|figure| figure.is_met() == Some(met)).count();
        writeln!(f, "\n{} met, {} missed", count(true), count(false))
    }
}
