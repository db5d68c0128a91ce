//! Compares [`IdentityNumber`] with an independent implementation (the oracle), on the vectors that
//! `personnummer_oracle.py` wrote.

use usher_types::Date;
use usher_types::identity_number::IdentityNumber;

const VECTORS: &str = include_str!("personnummer.csv");
/// The day on which the oracle ran.
const TODAY: Date = Date {
    year: 2026,
    month: 11,
    day: 22,
};

/// Intended differences between Usher and the oracle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Difference {
    /// Skatteverket assigns samordningsnummer with month 00 and day 60 if the birth date is
    /// unknown; the oracle refuses them.
    UnknownMonthOrDay,
    /// With a four-digit year the birth date can be in the future; the oracle accepts it.
    Future,
    /// For a two-digit year whose date is still to come this year, the oracle assumes this year,
    /// Usher a hundred years earlier.
    LatestYearThatHasBeen,
    /// The oracle accepts any century.
    BeforeAnybodyWithANumber,
    /// People write a space between date and number; the oracle refuses it.
    Space,
}

impl Difference {
    const ALL: [Self; 5] = [
        Self::UnknownMonthOrDay,
        Self::Future,
        Self::LatestYearThatHasBeen,
        Self::BeforeAnybodyWithANumber,
        Self::Space,
    ];

    /// The difference that explains this result, if any.
    fn explaining(typed: &str, ours: Option<&str>, theirs: Option<&str>) -> Option<Self> {
        match (ours, theirs) {
            (Some(_), None) if typed.contains(' ') => Some(Self::Space),
            (Some(ours), None) if &ours[4..6] == "00" || &ours[6..8] == "60" => {
                Some(Self::UnknownMonthOrDay)
            }
            (None, Some(theirs)) if theirs > "20261122" => Some(Self::Future),
            (None, Some(theirs)) if theirs < "1830" => Some(Self::BeforeAnybodyWithANumber),
            (Some(ours), Some(theirs))
                if theirs > "20261122" && ours[2..] == theirs[2..] && ours.starts_with("19") =>
            {
                Some(Self::LatestYearThatHasBeen)
            }
            _ => None,
        }
    }
}

#[test]
fn usher_and_the_oracle_agree_but_for_the_named_differences() {
    let mut seen = Vec::new();
    let mut compared = 0;
    for line in VECTORS.lines().skip(1) {
        let mut fields = line.split(',');
        let (typed, valid, normal_form) = (fields.next(), fields.next(), fields.next());
        let (typed, theirs) = (
            typed.expect("typed"),
            normal_form.filter(|_| valid == Some("yes")),
        );
        let ours = IdentityNumber::parse(typed, TODAY);
        let stored = ours.as_ref().map(IdentityNumber::digits).ok();
        compared += 1;
        if stored != theirs {
            match Difference::explaining(typed, stored, theirs) {
                Some(difference) => seen.push(difference),
                None => panic!(
                    "{typed:?}: Usher says {:?}, the oracle {theirs:?}; one is wrong, or name the difference above",
                    ours.map(|n| n.digits().to_owned())
                ),
            }
        }
    }
    assert!(
        compared > 400,
        "only {compared} vectors: run personnummer_oracle.py again"
    );
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(
        seen,
        Difference::ALL,
        "a difference without a vector explains nothing: remove it or make the vector"
    );
}
