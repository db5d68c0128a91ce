//! The results of a search in the reader's language: what was found, followed by the actions and the
//! pages that the words fit.

use usher_types::Language;
use usher_types::clients::ClientRow;
use usher_types::names::fold;
use usher_types::search::{Found, Group, Hit};
use usher_types::session::{Me, PageContext};
use usher_types::url::encode;
use usher_types::users::{Row, Status};

use crate::navigation::{Entry, creations, pages};
use crate::{labels, messages};

/// Texts that only the server renders, so that they are not part of the wasm.
pub(crate) mod texts {
    crate::messages::messages! {
        clients_matching(words): "Clients matching “{words}”", "Brukare som matchar ”{words}”";
        create_what(what): "Create: {what}", "Skapa: {what}";
        edit_details_of(name): "Edit details of {name}", "Redigera uppgifter för {name}";
        queue_of(team): "Unassigned, in the queue of {team}", "Utan ansvarig, i kön för {team}";
        responsible_is(name): "Responsible: {name}", "Ansvarig: {name}";
        send_invitation_to(name): "Send invitation to {name}", "Skicka inbjudan till {name}";
        users_matching(words): "Users matching “{words}”", "Användare som matchar ”{words}”";
    }
}

/// The most actions and the most pages for a search with words; without words, all of them.
const MOST: usize = 5;
/// The fewest characters of a word in which one typing error is forgiven.
const FORGIVEN_FROM: usize = 4;

/// The results for `words`, by group.
pub fn of(context: &PageContext, words: &str, found: Found) -> Vec<Hit> {
    let Some(me) = &context.me else {
        return Vec::new();
    };
    let l = context.language;
    let first = found.people.first().cloned();
    let lists = lists_of(l, words, &found);
    let people = found.people.into_iter().map(|row| person(l, row));
    let clients = found.clients.into_iter().map(|row| client(l, row));
    let sought: Vec<String> = fold(words).split_whitespace().map(str::to_owned).collect();
    let most = if sought.is_empty() { usize::MAX } else { MOST };
    let fits = |hit: &Hit| fits(&hit.label, &sought);
    let created = creations(me, l).into_iter().map(|entry| Hit {
        label: texts::create_what(l, entry.label.clone()),
        ..plain(Group::Actions, entry)
    });
    let actions = first
        .into_iter()
        .filter(|_| !sought.is_empty())
        .flat_map(|row| acts_on(l, &row))
        .chain(created.chain(own_actions(me, l)).filter(fits).take(most));
    let pages = pages(me, l)
        .into_iter()
        .map(|entry| plain(Group::Pages, entry));
    let pages = pages.filter(fits).take(most).chain(lists);
    people.chain(clients).chain(actions).chain(pages).collect()
}

fn person(l: Language, row: Row) -> Hit {
    let roles = row.roles.iter().map(|role| labels::role(l, role));
    Hit {
        group: Group::People,
        to: format!("/users/{}", row.id),
        icon: "user".to_owned(),
        initials: Some(row.initials),
        label: row.name,
        detail: roles.collect::<Vec<_>>().join(", "),
        status: Some(row.status),
    }
}

fn client(l: Language, row: ClientRow) -> Hit {
    let detail = match (row.responsible, row.team) {
        (Some(colleague), _) => texts::responsible_is(l, colleague.name),
        (None, Some(team)) => texts::queue_of(l, team.name),
        (None, None) => row.number.unwrap_or_default(),
    };
    Hit {
        group: Group::Clients,
        to: format!("/clients/{}", row.id),
        icon: "client".to_owned(),
        initials: None,
        label: row.name,
        detail,
        status: None,
    }
}

/// What the reader probably wants to do with the first person found.
fn acts_on(l: Language, row: &Row) -> Vec<Hit> {
    let act = |path: &str, icon: &'static str, label: String| {
        let to = format!("/users/{}/{path}", row.id);
        plain(Group::Actions, Entry { to, icon, label })
    };
    let edit = row
        .may
        .edit
        .then(|| act("edit", "edit", texts::edit_details_of(l, &row.name)));
    let waits = matches!(row.status, Status::Invited | Status::NoWayIn) && row.may.way_in;
    let invite = waits.then(|| act("invite", "mail", texts::send_invitation_to(l, &row.name)));
    [edit, invite].into_iter().flatten().collect()
}

/// What everyone can do with their own account.
fn own_actions(me: &Me, l: Language) -> Vec<Hit> {
    let accounts = (!me.elsewhere.is_empty()).then(|| {
        (
            "/profile/accounts",
            "organisation",
            messages::your_organisations(l),
        )
    });
    [
        Some(("/profile", "user", messages::profile(l))),
        Some(("/profile/password", "lock", messages::change_password(l))),
        Some(("/help/access", "help", messages::what_may_i_do(l))),
        accounts,
    ]
    .into_iter()
    .flatten()
    .map(|(to, icon, label)| {
        let to = to.to_owned();
        plain(Group::Actions, Entry { to, icon, label })
    })
    .collect()
}

/// The lists of everything that contains the words.
fn lists_of(l: Language, words: &str, found: &Found) -> Vec<Hit> {
    let words = words.trim();
    let list = |path: &str, icon: &'static str, label: String| {
        let to = format!("{path}?q={}", encode(words));
        plain(Group::Pages, Entry { to, icon, label })
    };
    let users = (!found.people.is_empty() && !found.people_are_similar)
        .then(|| list("/users", "users", texts::users_matching(l, words)));
    let clients = (!found.clients.is_empty() && !found.clients_are_similar)
        .then(|| list("/clients", "client", texts::clients_matching(l, words)));
    users.into_iter().chain(clients).collect()
}

fn plain(group: Group, entry: Entry) -> Hit {
    Hit {
        group,
        to: entry.to,
        icon: entry.icon.to_owned(),
        initials: None,
        label: entry.label,
        detail: String::new(),
        status: None,
    }
}

/// Whether each of the folded words begins a word of the label, one typing error forgiven.
fn fits(label: &str, sought: &[String]) -> bool {
    let label = fold(label);
    sought.iter().all(|word| {
        label
            .split(|c: char| !c.is_alphanumeric())
            .any(|part| begins(part, word))
    })
}

fn begins(part: &str, word: &str) -> bool {
    if part.starts_with(word) {
        return true;
    }
    let length = word.chars().count();
    length >= FORGIVEN_FROM
        && (length - 1..=length + 1).any(|most| {
            let start: String = part.chars().take(most).collect();
            strsim::osa_distance(&start, word) <= 1
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_fits_the_beginnings_of_its_words_in_any_order() {
        let sought =
            |words: &str| -> Vec<String> { words.split_whitespace().map(str::to_owned).collect() };
        for words in ["acc", "trouble acc", "acess", "troubelshoot", ""] {
            assert!(fits("Access troubleshooting", &sought(words)), "{words}");
        }
        for words in ["shooting", "axxx troub", "uac", "access rights"] {
            assert!(!fits("Access troubleshooting", &sought(words)), "{words}");
        }
        assert!(fits("Användare", &sought("anvandare")), "folded");
    }
}
