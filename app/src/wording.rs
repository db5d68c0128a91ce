//! Checks the wording of every message in both languages: banned words, what an error tells the
//! reader to do, full stops, quotation marks. The tables are those that the pages use, so a new
//! message is checked without being listed here.
//!
//! The name of a message says its kind: `enter_…` and `problem_…` are errors of a field,
//! `refused_…` refusals, `done_…` notices, `…_hint` hints, `…_lead` and `…_are` running text, and
//! `event_…` and `step_…` end a sentence that begins with a person.

use crate::{mail, messages, unsaved};

/// Words that no English message contains, and what to write instead.
const BANNED_EN: &[(&str, &str)] = &[
    ("invalid", "what is wrong, and what to enter"),
    ("please", "the instruction alone"),
    ("sorry", "what happened, and what to do"),
    ("this field is required", "“Enter …” or “Choose …”"),
    ("whom", "who"),
    ("whoever", "anyone who"),
    ("somebody", "someone"),
    ("everybody", "everyone"),
    ("anybody", "anyone"),
    ("everybody’s", "a labelled filter"),
    ("nobody’s", "what is missing"),
    ("beside", "apart from, besides"),
    ("made", "created"),
    ("told", "notified"),
    ("good until", "valid until"),
    ("one a line", "one per line"),
    ("settles", "decides"),
    ("is none", "is not valid"),
    ("meanwhile", "while you were working"),
    ("for instance", "for example"),
    ("cannot", "can’t"),
    ("tick", "select"),
    ("way in", "sign-in"),
    ("bound to", "belong to"),
    ("retire", "deactivate"),
    ("mail", "e-mail"),
    ("mailed", "e-mailed"),
    ("log in", "sign in"),
    ("username", "login name"),
    ("elsewhere", "in another organisation"),
];

/// Words that no Swedish message contains, and what to write instead.
const BANNED_SV: &[(&str, &str)] = &[
    ("ogiltig", "vad som är fel och vad man ska ange"),
    ("ogiltigt", "vad som är fel och vad man ska ange"),
    ("vänligen", "bara uppmaningen"),
    ("tyvärr", "vad som hände och vad man ska göra"),
    ("vet inte om det ännu", "har inte fått besked ännu"),
    ("brev", "mejl"),
    ("mail", "mejl"),
    ("täcka", "vikariera för"),
    ("täcker", "vikarierar för"),
    ("täckning", "vikariering"),
    ("läsare", "läsbehörig"),
    ("klient", "brukare"),
    ("klienter", "brukare"),
    ("rättighet", "behörighet"),
    ("rättigheter", "behörigheter"),
    ("räckvidd", "omfattning"),
    ("innehavare", "den som har"),
    ("avlänka", "ta bort länken"),
    ("oräknade", "inte medräknade"),
    ("genast", "direkt"),
    ("på annat håll", "i en annan organisation"),
    ("knuten till", "höra till"),
    ("knutna till", "höra till"),
];

/// Messages that may contain a banned word, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("ask_link_lead", "told", "what the reader does not learn"),
    ("card_not_notified_why", "told", "fixed by the copy"),
    ("event_client_assigned", "made", "“made … responsible”"),
    (
        "event_client_assigned_covering",
        "made",
        "“made … responsible”",
    ),
];

/// Questions in a label, which may begin with “Who”. Elsewhere it stands for “anyone who”.
const WHO_IS_A_QUESTION: &[&str] = &[
    "role_purpose",
    "who_loses_it",
    "clients_go_to",
    "support_contact_hint",
];

/// Refusals that only say how things stand, because the link below them is what to do.
const NOTHING_TO_DO: &[&str] = &[
    "refused_user_restored",
    "refused_client_restored",
    "refused_administrator_removed",
    "refused_closed",
    "refused_cover_ended",
    "refused_caseload_returned",
];

/// The first words of an instruction, and forms that say what is possible.
const INSTRUCTIONS_EN: &[&str] = &[
    "Add", "Archive", "Ask", "Check", "Choose", "Clear", "Compare", "Contact", "Delete", "End",
    "Enter", "Go", "Link", "Make", "Open", "Reload", "Remove", "Restore", "Save", "Say", "Select",
    "Send", "Sign", "Switch", "Try", "Unlink", "Use", "Wait", "Withdraw",
];
const POSSIBLE_EN: &[&str] = &[" must ", " can’t "];
const INSTRUCTIONS_SV: &[&str] = &[
    "Ange",
    "Använd",
    "Arkivera",
    "Avmarkera",
    "Avsluta",
    "Be",
    "Byt",
    "Dra",
    "Försök",
    "Gå",
    "Gör",
    "Jämför",
    "Kontakta",
    "Kontrollera",
    "Ladda",
    "Logga",
    "Lägg",
    "Länka",
    "Markera",
    "Skicka",
    "Skriv",
    "Spara",
    "Ta",
    "Välj",
    "Vänta",
    "Återställ",
    "Öppna",
];
const POSSIBLE_SV: &[&str] = &[" måste ", " kan inte ", " får ha "];

/// The two texts of a message.
struct Message {
    name: &'static str,
    en: &'static str,
    sv: &'static str,
}

/// Every message of the product.
fn all() -> impl Iterator<Item = Message> {
    let tables = [
        messages::TABLE,
        mail::messages::TABLE,
        unsaved::texts::TABLE,
    ];
    tables
        .into_iter()
        .flatten()
        .map(|&(name, en, sv)| Message { name, en, sv })
}

/// Fails with every complaint at once.
fn expect_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Whether `text` contains `words` as whole words, regardless of case.
fn has_words(text: &str, words: &str) -> bool {
    let text = text.to_lowercase();
    let is_edge = |next: Option<char>| next.is_none_or(|next| !next.is_alphanumeric());
    text.match_indices(words).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let after = text[at + found.len()..].chars().next();
        // “e-mail” is one word
        is_edge(before) && before != Some('-') && is_edge(after) && after != Some('’')
    })
}

/// The sentences of a text. A placeholder is part of its sentence.
fn sentences(text: &str) -> Vec<&str> {
    text.split_inclusive(['.', '?', ':'])
        .fold(Vec::new(), |mut found: Vec<&str>, part| {
            let begins = part
                .strip_prefix(' ')
                .and_then(|rest| rest.trim_start_matches(['“', '”', '{']).chars().next())
                .is_some_and(char::is_uppercase);
            match found.pop() {
                Some(last) if !begins => {
                    let at = last.as_ptr().addr() - text.as_ptr().addr();
                    found.push(&text[at..at + last.len() + part.len()]);
                }
                Some(last) => found.extend([last, part]),
                None => found.push(part),
            }
            found
        })
}

/// Whether a text ends its last sentence: with a mark, or with a value that it introduces.
fn is_closed(text: &str) -> bool {
    text.ends_with(['.', '?', ':', '}'])
}

#[test]
fn no_message_contains_a_banned_word() {
    let mut complaints = Vec::new();
    for Message { name, en, sv } in all() {
        for (text, banned) in [(en, BANNED_EN), (sv, BANNED_SV)] {
            for (words, instead) in banned {
                let is_allowed = EXCEPTIONS
                    .iter()
                    .any(|(message, word, _)| *message == name && word == words);
                if has_words(text, words) && !is_allowed {
                    complaints.push(format!("{name}: “{words}”, write {instead}: {text}"));
                }
            }
        }
        let is_question = en.ends_with('?') || WHO_IS_A_QUESTION.contains(&name);
        if en.starts_with("Who ") && !is_question {
            complaints.push(format!(
                "{name}: begins with “Who”, write “Anyone who”: {en}"
            ));
        }
        if ["Nobody", "Somebody", "Everybody"].contains(&en) {
            complaints.push(format!("{name}: say what there is none of: {en}"));
        }
    }
    expect_none(&complaints);
}

#[test]
fn every_error_says_what_to_do() {
    let mut complaints = Vec::new();
    for Message { name, en, sv } in all() {
        let is_error = ["enter_", "problem_", "refused_"]
            .iter()
            .any(|kind| name.starts_with(kind));
        if !is_error || NOTHING_TO_DO.contains(&name) {
            continue;
        }
        for (text, instructions, possible) in [
            (en, INSTRUCTIONS_EN, POSSIBLE_EN),
            (sv, INSTRUCTIONS_SV, POSSIBLE_SV),
        ] {
            let instructs = sentences(text).into_iter().any(|sentence| {
                let first = sentence.split_whitespace().next().unwrap_or_default();
                instructions.contains(&first)
            });
            if !instructs && !possible.iter().any(|form| text.contains(form)) {
                complaints.push(format!("{name}: says no action: {text}"));
            }
        }
    }
    expect_none(&complaints);
}

#[test]
fn full_stops_follow_the_kind_of_the_message() {
    const WITHOUT: &[&str] = &[
        "enter_",
        "problem_",
        "done_",
        "event_",
        "step_",
        "role_",
        "permission_",
        "area_",
        "reach_",
        "card_",
        "anomaly_",
        "also_",
        "list_",
        "purpose_",
        "the_",
        "character_",
    ];
    let mut complaints = Vec::new();
    for Message { name, en, sv } in all() {
        for text in [en, sv] {
            let several = sentences(text).len() > 1;
            let rule = if name.ends_with("_lead")
                || name.ends_with("_are")
                || name.starts_with("refused_")
            {
                (!is_closed(text)).then_some("running text ends with a full stop")
            } else if name.ends_with("_why") || name.ends_with("_is") {
                (several && !is_closed(text)).then_some("running text ends with a full stop")
            } else if WITHOUT.iter().any(|kind| name.starts_with(kind)) {
                text.ends_with('.')
                    .then_some("a label, notice or error ends without a full stop")
            } else if name.ends_with("_hint") {
                match (several, text.ends_with('.')) {
                    (false, true) => Some("a hint of one sentence ends without a full stop"),
                    (true, _) if !is_closed(text) => Some("several sentences end with a full stop"),
                    _ => None,
                }
            } else {
                (several && !is_closed(text)).then_some("several sentences end with a full stop")
            };
            if let Some(rule) = rule {
                complaints.push(format!("{name}: {rule}: {text}"));
            }
        }
        if en.ends_with('.') != sv.ends_with('.') {
            complaints.push(format!(
                "{name}: one language ends with a full stop: {en} | {sv}"
            ));
        }
    }
    expect_none(&complaints);
}

#[test]
fn punctuation_is_that_of_the_language() {
    let mut complaints = Vec::new();
    for Message { name, en, sv } in all() {
        let mut complain =
            |what: &str, text: &str| complaints.push(format!("{name}: {what}: {text}"));
        for text in [en, sv] {
            if text.contains("  ") || text.trim() != text {
                complain("a space too many", text);
            }
            if text.contains(['"', '\'']) {
                complain("a straight quotation mark", text);
            }
            if text.contains("...") {
                complain("three dots, write “…”", text);
            }
            let values_and_characters = text.replace(". _ - @ +", "");
            let words = values_and_characters.split(['{', '}']).step_by(2);
            if words.into_iter().any(|words| words.contains('_')) {
                complain("a code", text);
            }
        }
        if en.matches('“').count() != en.matches('”').count() {
            complain("English quotation marks come in pairs “ ”", en);
        }
        if sv.contains(['“', '’']) || !sv.matches('”').count().is_multiple_of(2) {
            complain("Swedish quotation marks are ” ”", sv);
        }
        if sv.contains("}s ") || sv.ends_with("}s") {
            complain("a name in the genitive, write “för {name}”", sv);
        }
        if en.contains(['å', 'ä', 'ö', 'Å', 'Ä', 'Ö']) {
            complain("Swedish in an English text", en);
        }
    }
    expect_none(&complaints);
}
