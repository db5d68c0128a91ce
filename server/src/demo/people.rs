//! The demo's fictional people, the same in every run. Addresses end in `.example` and cannot be
//! delivered to; telephone numbers are from the series reserved for films.

use usher_types::{BuiltInRole, Language};

/// The final state of a person's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Accepted the invitation; signed in last this many hours ago, or never.
    Active(Option<u16>),
    /// Was invited and has not accepted yet.
    Invited,
    /// Was created only; sign-in is not set up.
    NotSetUp,
    /// Has a temporary password.
    Temporary,
    /// Archived, for this reason.
    Archived(&'static str),
}

/// A fictional person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Given name, or the single name.
    pub first: String,
    /// Family name.
    pub last: String,
    /// The login name.
    pub login_name: String,
    /// The e-mail address; some people have none.
    pub email: String,
    /// The phone number; some people have none.
    pub phone: String,
    /// The job title.
    pub job_title: &'static str,
    /// The person's language, if it differs from the organisation's.
    pub language: Option<Language>,
    /// The role besides User.
    pub role: Option<BuiltInRole>,
    /// The final state of the account.
    pub standing: Standing,
}

/// An organisation with its first administrator and its people.
pub struct DemoOrganisation {
    /// The organisation's name.
    pub name: &'static str,
    /// The organisation's language.
    pub language: Language,
    /// Whether it is the operator's organisation.
    pub is_operator: bool,
    /// The offices with their teams.
    pub offices: &'static [(&'static str, &'static [&'static str])],
    /// Covers: the person, the team, and the reason.
    pub covers: &'static [(&'static str, &'static str, &'static str)],
    /// The first administrator.
    pub first: Person,
    /// The other people.
    pub people: Vec<Person>,
}

const EN_FIRST: [&str; 40] = [
    "Olivia",
    "George",
    "Amelia",
    "Noah",
    "Isla",
    "Arthur",
    "Ava",
    "Harry",
    "Ivy",
    "Leo",
    "Freya",
    "Muhammad",
    "Florence",
    "Jack",
    "Willow",
    "Charlie",
    "Grace",
    "Henry",
    "Sophie",
    "Thomas",
    "Ella",
    "Oscar",
    "Evie",
    "Jacob",
    "Poppy",
    "William",
    "Charlotte",
    "James",
    "Alice",
    "Theodore",
    "Ruby",
    "Edward",
    "Matilda",
    "Joseph",
    "Rosie",
    "Daniel",
    "Harriet",
    "Samuel",
    "Eleanor",
    "Adam",
];
const EN_LAST: [&str; 37] = [
    "Whitfield",
    "O'Connor",
    "Patel",
    "Ashdown",
    "Bramwell",
    "Carlisle",
    "Okafor",
    "Dunmore",
    "Ellsworth",
    "Fairclough",
    "Greenhalgh",
    "Hargreaves",
    "Ingham",
    "Jessop",
    "Kirkbride",
    "Lockwood",
    "Merriweather",
    "Nightingale",
    "Ormerod",
    "Pemberton",
    "Quigley",
    "Rosewarne",
    "Singh",
    "Thornbury",
    "Underhill",
    "Vickers",
    "Wainwright",
    "Yardley",
    "Smith-Jones",
    "Abernathy",
    "Bancroft",
    "Chowdhury",
    "Davenport",
    "Fitzgerald",
    "Gallagher",
    "Holloway",
    "Macdonald",
];
const SV_FIRST: [&str; 40] = [
    "Alice",
    "Åsa",
    "Elsa",
    "Örjan",
    "Maja",
    "Björn",
    "Astrid",
    "Gösta",
    "Saga",
    "Håkan",
    "Wilma",
    "Sören",
    "Ebba",
    "Jörgen",
    "Linnéa",
    "Göran",
    "Märta",
    "Ann-Charlotte",
    "Karl-Erik",
    "Signe",
    "Nils",
    "Agnes",
    "Axel",
    "Tuva",
    "Hugo",
    "Alva",
    "Viggo",
    "Ines",
    "Malte",
    "Selma",
    "Albin",
    "Lova",
    "Melker",
    "Stina",
    "Sixten",
    "Ylva",
    "Folke",
    "Tyra",
    "Ture",
    "Ingrid",
];
const SV_LAST: [&str; 37] = [
    "Lindqvist",
    "Åkerström",
    "Öberg",
    "Ängström",
    "Bergström",
    "Sjöberg",
    "Nyström",
    "Söderlund",
    "Håkansson",
    "Björklund",
    "Forsström",
    "Grönvall",
    "Hägglund",
    "Isaksson",
    "Jönsson",
    "Källström",
    "Löfgren",
    "Mårtensson",
    "Nordahl",
    "Östlund",
    "Palmgren",
    "Rådström",
    "Sandström",
    "Tegnér",
    "Ullström",
    "Viklund",
    "Wallin",
    "Ysander",
    "Zetterberg",
    "Ahlgren",
    "Brodin",
    "Cederblad",
    "Dahlbäck",
    "Ekdahl",
    "Fagerlund",
    "Gyllenhammar",
    "Hedlund",
];

const EN_TITLES: [&str; 5] = [
    "Caseworker",
    "Support worker",
    "Occupational therapist",
    "Team coordinator",
    "Housing adviser",
];
const SV_TITLES: [&str; 5] = [
    "Handläggare",
    "Stödpedagog",
    "Arbetsterapeut",
    "Samordnare",
    "Boendestödjare",
];

/// Both organisations.
pub fn demo_organisations() -> [DemoOrganisation; 2] {
    [northfield(), sodra()]
}

fn northfield() -> DemoOrganisation {
    let domain = "northfield.example";
    let mut people = vec![
        named(
            "Grace",
            "Okonkwo",
            domain,
            "Head of administration",
            Some(BuiltInRole::OrganisationAdministrator),
            Standing::Active(Some(3)),
        ),
        named(
            "Peter",
            "Ashworth",
            domain,
            "Team lead",
            Some(BuiltInRole::Supervisor),
            Standing::Active(Some(20)),
        ),
        named(
            "Maya",
            "Fielding",
            domain,
            "Caseworker",
            Some(BuiltInRole::Caseworker),
            Standing::Active(Some(1)),
        ),
        named(
            "Ralph",
            "Tillotson",
            domain,
            "Auditor",
            Some(BuiltInRole::Viewer),
            Standing::Active(Some(75)),
        ),
        named(
            "Nadia",
            "Brookes",
            domain,
            "Caseworker",
            Some(BuiltInRole::Caseworker),
            Standing::Temporary,
        ),
        Person {
            login_name: "ming.li".to_owned(),
            email: "ming.li@northfield.example".to_owned(),
            ..named(
                "明",
                "李",
                domain,
                "Interpreter",
                Some(BuiltInRole::Staff),
                Standing::Active(Some(30)),
            )
        },
        Person {
            login_name: "yousef.haddad".to_owned(),
            email: "yousef.haddad@northfield.example".to_owned(),
            ..named(
                "يوسف",
                "الحداد",
                domain,
                "Interpreter",
                Some(BuiltInRole::Staff),
                Standing::Active(None),
            )
        },
        named(
            "Suharti",
            "",
            domain,
            "Support worker",
            Some(BuiltInRole::Caseworker),
            Standing::Active(Some(51)),
        ),
        named(
            "Teller",
            "",
            domain,
            "Support worker",
            Some(BuiltInRole::Caseworker),
            Standing::Invited,
        ),
    ];
    people.extend(other_people(
        112,
        &EN_FIRST,
        &EN_LAST,
        &EN_TITLES,
        domain,
        |n| format!("020 7946 0{:03}", n % 1_000),
    ));
    let first = named(
        "Eleanor",
        "Hartley",
        domain,
        "Chief executive",
        None,
        Standing::Active(Some(2)),
    );
    DemoOrganisation {
        name: "Northfield Care",
        language: Language::En,
        is_operator: true,
        offices: &[
            ("Leeds", &["Leeds days", "Leeds nights", "Intake"]),
            ("York", &["York days", "York outreach"]),
            ("Harrogate", &["Harrogate"]),
        ],
        covers: &[
            ("maya.fielding", "York outreach", "Sick leave"),
            (
                "peter.ashworth",
                "Harrogate",
                "Until the new team lead begins",
            ),
        ],
        first,
        people,
    }
}

fn sodra() -> DemoOrganisation {
    let domain = "sodra-omsorg.example";
    let mut people = vec![
        named(
            "Kerstin",
            "Blomqvist",
            domain,
            "Enhetschef",
            Some(BuiltInRole::Supervisor),
            Standing::Active(Some(6)),
        ),
        named(
            "Per",
            "Ödegaard",
            domain,
            "Handläggare",
            Some(BuiltInRole::Caseworker),
            Standing::Active(Some(1)),
        ),
        // two people with the same name: the second was created by overriding the warning
        named(
            "Anna",
            "Lindgren",
            domain,
            "Handläggare",
            Some(BuiltInRole::Caseworker),
            Standing::Active(Some(26)),
        ),
        Person {
            login_name: "anna.lindgren2".to_owned(),
            email: "anna.lindgren2@sodra-omsorg.example".to_owned(),
            ..named(
                "Anna",
                "Lindgren",
                domain,
                "Ekonom",
                Some(BuiltInRole::Staff),
                Standing::Invited,
            )
        },
        named(
            "Zlatka",
            "",
            domain,
            "Tolk",
            Some(BuiltInRole::Staff),
            Standing::Active(None),
        ),
    ];
    people.extend(other_people(
        104,
        &SV_FIRST,
        &SV_LAST,
        &SV_TITLES,
        domain,
        |n| format!("070-174 06 {:02}", n % 95 + 5),
    ));
    let first = named(
        "Gunilla",
        "Söderqvist",
        domain,
        "Verksamhetschef",
        None,
        Standing::Active(Some(4)),
    );
    DemoOrganisation {
        name: "Södra Omsorg",
        language: Language::Sv,
        is_operator: false,
        offices: &[
            ("Malmö", &["Malmö dag", "Malmö natt"]),
            ("Lund", &["Lund", "Mottagningen"]),
        ],
        covers: &[("per.odegaard", "Malmö natt", "Föräldraledighet")],
        first,
        people,
    }
}

pub fn named(
    first: &str,
    last: &str,
    domain: &str,
    job_title: &'static str,
    role: Option<BuiltInRole>,
    standing: Standing,
) -> Person {
    let login_name = usher_types::login_name::propose(
        usher_types::login_name::LoginNameFormat::FirstDotLast,
        first,
        last,
        "",
    )
    .unwrap_or_default();
    Person {
        email: format!("{login_name}@{domain}"),
        login_name,
        first: first.to_owned(),
        last: last.to_owned(),
        phone: String::new(),
        job_title,
        language: None,
        role,
        standing,
    }
}

/// First and last names that are common where a language is spoken.
pub fn names(language: Language) -> (&'static [&'static str], &'static [&'static str]) {
    match language {
        Language::En => (&EN_FIRST, &EN_LAST),
        Language::Sv => (&SV_FIRST, &SV_LAST),
    }
}

fn other_people(
    size: usize,
    firsts: &[&str],
    lasts: &[&str],
    titles: &[&'static str],
    domain: &str,
    phone: impl Fn(usize) -> String,
) -> Vec<Person> {
    (0..size)
        .map(|n| {
            // the lengths of the lists have no common divisor, so no pair repeats
            let person = named(
                firsts[n % firsts.len()],
                lasts[n * 5 % lasts.len()],
                domain,
                titles[n % titles.len()],
                role(n),
                standing(n),
            );
            let has_email = !matches!(person.standing, Standing::NotSetUp) || n % 2 == 0;
            Person {
                email: if has_email {
                    person.email.clone()
                } else {
                    String::new()
                },
                phone: if n % 3 == 0 { phone(n) } else { String::new() },
                language: (n % 17 == 5).then_some(if n % 2 == 0 {
                    Language::En
                } else {
                    Language::Sv
                }),
                ..person
            }
        })
        .collect()
}

fn role(n: usize) -> Option<BuiltInRole> {
    match n % 20 {
        0 => Some(BuiltInRole::Supervisor),
        1..=3 => Some(BuiltInRole::Staff),
        4 => Some(BuiltInRole::Viewer),
        5 => None,
        _ => Some(BuiltInRole::Caseworker),
    }
}

/// Whether holders of a role belong to an office; users who lead or audit the whole organisation do
/// not.
pub fn belongs_to_an_office(role: Option<BuiltInRole>) -> bool {
    matches!(
        role,
        Some(BuiltInRole::Supervisor | BuiltInRole::Caseworker | BuiltInRole::Staff)
    )
}

fn standing(n: usize) -> Standing {
    match n % 25 {
        3 | 11 | 19 => Standing::Invited,
        7 | 16 => Standing::NotSetUp,
        13 => Standing::Archived("Left for another employer."),
        22 => Standing::Archived("The contract ended."),
        0 | 10 => Standing::Active(None),
        hours => Standing::Active(Some((hours * hours * 3) as u16 + n as u16)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn there_are_more_than_two_hundred_and_no_login_name_comes_twice() {
        let all: Vec<Person> = demo_organisations()
            .into_iter()
            .flat_map(|demo| demo.people.into_iter().chain([demo.first]))
            .collect();
        let names: BTreeSet<_> = all.iter().map(|person| person.login_name.clone()).collect();
        assert!(all.len() >= 200, "{}", all.len());
        assert_eq!(names.len(), all.len());
        assert!(names.iter().all(|name| name.len() >= 3));
    }

    #[test]
    fn every_standing_is_there() {
        let count = |is: fn(&Standing) -> bool| {
            demo_organisations()
                .iter()
                .flat_map(|demo| &demo.people)
                .filter(|person| is(&person.standing))
                .count()
        };
        assert!(count(|standing| matches!(standing, Standing::Active(Some(_)))) > 100);
        assert!(count(|standing| matches!(standing, Standing::Active(None))) > 5);
        assert!(count(|standing| *standing == Standing::Invited) > 10);
        assert!(count(|standing| *standing == Standing::NotSetUp) > 10);
        assert!(count(|standing| matches!(standing, Standing::Archived(_))) > 10);
        assert_eq!(count(|standing| *standing == Standing::Temporary), 1);
    }
}
