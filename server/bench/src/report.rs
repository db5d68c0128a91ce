//! The figures: each is printed when it is measured, and all of them at the end, beside their bars.

use std::fmt;

/// The unit of a figure.
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

/// The bar of a figure.
#[derive(Clone, Copy)]
pub enum Bar {
    /// At most this value.
    AtMost(f64),
    /// At least this value.
    AtLeast(f64),
    /// No bar; for information.
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
    /// Adds a figure. `id` is the id of the bar; empty without a bar.
    pub fn record(
        &mut self,
        id: &'static str,
        what: impl Into<String>,
        bar: Bar,
        measured: f64,
        unit: Unit,
    ) {
        self.0.push(Figure {
            id,
            what: what.into(),
            bar,
            measured,
            unit,
        });
    }
}

/// Prints the next step, and how long it may take.
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
    fn format_value(&self, value: f64) -> String {
        let digits = match self.unit {
            Unit::Times => 2,
            _ if value.abs() < 100.0 && value.fract() != 0.0 => 1,
            _ => 0,
        };
        format!("{value:.digits$} {}", self.unit)
    }

    fn target(&self) -> String {
        match self.bar {
            Bar::AtMost(bar) => format!("≤ {}", self.format_value(bar)),
            Bar::AtLeast(bar) => format!("≥ {}", self.format_value(bar)),
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
        writeln!(
            f,
            "{:<4} {:<58} {:>11} {:>11} {:>10}",
            "bar", "", "target", "measured", "of the bar"
        )?;
        for figure in &self.0 {
            let (measured, verdict) = (figure.format_value(figure.measured), figure.verdict());
            let line = format!(
                "{:<4} {:<58} {:>11} {measured:>11} {:>10}  {verdict}",
                figure.id,
                figure.what,
                figure.target(),
                figure.of_the_bar()
            );
            writeln!(f, "{}", line.trim_end())?;
        }
        let count = |met| {
            self.0
                .iter()
                .filter(|figure| figure.is_met() == Some(met))
                .count()
        };
        writeln!(f, "\n{} met, {} missed", count(true), count(false))
    }
}
