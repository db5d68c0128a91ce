//! Searching by words: the folded text that is stored, and the patterns that find it.

use usher_types::email::readable;
use usher_types::names::fold;
use usher_types::phone;

/// The largest number of words of a search that are used; more would hardly narrow the result.
const WORDS: usize = 8;

/// The search text: words, folded, with a space before each, so that a pattern can match the
/// beginning of a word; and the digits of a phone number, so that it is found in any notation.
pub(crate) fn search_text(words: &str, number: Option<&str>) -> String {
    format!(
        " {} {} ",
        fold(words),
        number.map(phone::found_by).unwrap_or_default()
    )
    .replace("  ", " ")
}

/// The search patterns of a text, one for each word.
pub(crate) fn patterns(typed: &str) -> Vec<String> {
    // Postgres does not accept NUL in a text
    let folded = fold(&typed.replace(char::is_control, " "));
    folded.split_whitespace().take(WORDS).map(pattern).collect()
}

/// The search patterns of a text that may contain a phone number, which is searched by its digits,
/// or a domain in ASCII form, which is searched in Unicode form, as it is stored.
pub(crate) fn patterns_of_people(typed: &str) -> Vec<String> {
    let folded = fold(&typed.replace(char::is_control, " "));
    let words: Vec<&str> = folded.split_whitespace().collect();
    let is_number = |word: &&str| {
        word.contains(|c: char| c.is_ascii_digit()) && word.chars().all(phone::is_written)
    };
    let mut patterns = Vec::new();
    for run in words.chunk_by(|one, next| is_number(one) == is_number(next)) {
        match run
            .first()
            .filter(|word| is_number(word))
            .and_then(|_| phone::sought(&run.join(" ")))
        {
            Some(digits) => patterns.push(pattern(&digits)),
            None => patterns.extend(run.iter().map(|word| {
                if word.contains("xn--") {
                    pattern(&in_letters(word))
                } else {
                    pattern(word)
                }
            })),
        }
    }
    patterns.truncate(WORDS);
    patterns
}

/// The same patterns, but only at the beginning of a word: "fiel" is sought in "Fielding", and not in
/// the domain of everyone's address.
pub(crate) fn at_beginnings(patterns: &[String]) -> Vec<String> {
    let begin = |pattern: &String| match pattern.strip_prefix('%') {
        Some(rest) if !rest.starts_with(' ') => format!("% {rest}"),
        _ => pattern.clone(),
    };
    patterns.iter().map(begin).collect()
}

/// A search for names that resemble what was typed.
pub(crate) struct Similar {
    /// The folded words that a name must resemble.
    pub words: Vec<String>,
    /// The patterns of words that are too short to resemble anything.
    pub patterns: Vec<String>,
}

impl Similar {
    /// The fewest characters of a word that are compared by similarity: a shorter one has too few
    /// trigrams to survive a typing error.
    const SHORTEST: usize = 4;

    /// The search for names that resemble these words; `None` if all of them are too short.
    pub(crate) fn of(typed: &str) -> Option<Self> {
        let folded = fold(&typed.replace(char::is_control, " "));
        let (words, short): (Vec<&str>, Vec<&str>) = folded
            .split_whitespace()
            .take(WORDS)
            .partition(|word| word.chars().count() >= Self::SHORTEST);
        (!words.is_empty()).then(|| Self {
            words: words.into_iter().map(str::to_owned).collect(),
            patterns: short.into_iter().map(pattern).collect(),
        })
    }
}

/// The longest pattern, which matches the fewest rows: the one that a trigram index looks for.
/// Empty for no pattern.
pub(crate) fn longest(patterns: &[String]) -> String {
    let longest = patterns.iter().max_by_key(|pattern| pattern.len());
    longest.cloned().unwrap_or_default()
}

/// An address or a domain in Unicode form and folded.
fn in_letters(word: &str) -> String {
    fold(&match word.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", readable(domain)),
        None => readable(word),
    })
}

/// A LIKE pattern: three or more characters match anywhere in a word, fewer at the beginning of a
/// word; wildcards in the input are escaped (ASVS 1.2.9).
fn pattern(word: &str) -> String {
    let escaped = word
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    if word.chars().count() < 3 {
        format!("% {escaped}%")
    } else {
        format!("%{escaped}%")
    }
}
