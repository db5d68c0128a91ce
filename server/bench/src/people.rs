//! Fictional people in any number, the same in every run: Swedish names, most of whose family names
//! are compounds of two words.

use usher_types::login_name::{LoginNameFormat, propose};

const FIRST: [&str; 48] = [
    "Åsa",
    "Anna",
    "Lars",
    "Maria",
    "Karl",
    "Eva",
    "Erik",
    "Birgitta",
    "Nils",
    "Kristina",
    "Johan",
    "Elisabeth",
    "Anders",
    "Karin",
    "Per",
    "Margareta",
    "Mikael",
    "Ingrid",
    "Jan",
    "Sofia",
    "Hans",
    "Linnéa",
    "Gunnar",
    "Helena",
    "Göran",
    "Ulrika",
    "Östen",
    "Jasmin",
    "Mohammed",
    "Fatima",
    "Ali",
    "Leyla",
    "Jürgen",
    "Zoë",
    "André",
    "Märta",
    "Sigrid",
    "Folke",
    "Alva",
    "Elsa",
    "Hugo",
    "Wilma",
    "Noah",
    "Astrid",
    "Vera",
    "Olle",
    "Tove",
    "Ellen",
];
const BEGINNINGS: [&str; 40] = [
    "Lind", "Berg", "Ek", "Sjö", "Ny", "Hag", "Ström", "Dal", "Sund", "Hed", "Lund", "Norr",
    "Söder", "Väster", "Öster", "Å", "Björk", "Alm", "Ask", "Gran", "Rosen", "Blom", "Lilje",
    "Stål", "Silver", "Gyllen", "Sand", "Sten", "Holm", "Fors", "Skog", "Vik", "Malm", "Höög",
    "Nord", "Ahl", "Bo", "Häll", "Rönn", "Ung",
];
const ENDINGS: [&str; 24] = [
    "berg", "ström", "gren", "kvist", "dahl", "man", "mark", "lund", "vall", "stedt", "feldt",
    "blad", "löf", "sten", "borg", "strand", "by", "fors", "holm", "skog", "rud", "ling", "hult",
    "åker",
];
const SYLLABLES: [&str; 20] = [
    "ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "ju", "la",
    "me", "ni", "po", "ru",
];

/// A name, with the login name for it.
pub struct Person {
    /// Given name.
    pub first: String,
    /// Family name.
    pub last: String,
    /// The login name that the product would propose.
    pub login_name: String,
}

/// The family name of a few people of [`one`], for a search with few results.
pub const RARE: &str = "Quistgaard";

/// The person with a number; few people have the same name, as in reality.
pub fn nth(number: usize) -> Person {
    let mixed = mixed(number);
    let pick = |from: &[&'static str], divisor: u64| {
        from[((mixed / divisor) % from.len() as u64) as usize]
    };
    let last = match number {
        _ if number % 25_000 == 77 => RARE.to_owned(),
        _ if mixed.is_multiple_of(7) => {
            format!(
                "{}{}-{}{}",
                pick(&BEGINNINGS, 11),
                pick(&ENDINGS, 501),
                pick(&BEGINNINGS, 13_001),
                pick(&ENDINGS, 331_001)
            )
        }
        _ => format!("{}{}", pick(&BEGINNINGS, 11), pick(&ENDINGS, 501)),
    };
    person(pick(&FIRST, 20_011), last)
}

/// A person with a unique name, for creating.
pub fn new(number: usize) -> Person {
    let syllables = [
        number / 160_000,
        number / 8_000,
        number / 400,
        number / 20,
        number,
    ]
    .map(|part| SYLLABLES[part % SYLLABLES.len()]);
    person("Nova", format!("X{}", syllables.concat()))
}

/// Pseudo-random numbers, so that people with consecutive numbers are not neighbours in the list.
pub fn mixed(number: usize) -> u64 {
    (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 12
}

fn person(first: &str, last: String) -> Person {
    let login_name = propose(LoginNameFormat::FirstDotLast, first, &last, "").unwrap_or_default();
    Person {
        first: first.to_owned(),
        last,
        login_name,
    }
}
