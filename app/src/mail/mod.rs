//! Renders mails as text and HTML, in the language of the recipient, when the worker sends them.

pub(crate) mod messages;

use askama::Template;
use usher_domain::delivery::Claimed;
use usher_types::mail::Mail;
use usher_types::{AdministratorAct, Language, durations};

/// A rendered mail. The subject is always one line, whatever the names in it contain (ASVS 1.3.11).
pub struct Rendered {
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct Html<'a> {
    language: &'a str,
    subject: &'a str,
    letter: &'a Letter,
}

struct Letter {
    greeting: String,
    paragraphs: Vec<String>,
    link: Option<(String, String)>,
    foot: String,
}

/// Renders a mail. `public_url` is the address of the installation, without a trailing slash.
///
/// # Errors
/// When the template fails, which is not expected.
pub fn render(claimed: &Claimed, public_url: &str) -> Result<Rendered, askama::Error> {
    let l = claimed.language;
    let organisation = &claimed.organisation_name;
    let token = claimed
        .token
        .as_ref()
        .map(|token| token.expose())
        .unwrap_or_default();
    let other_organisation = claimed.about.as_deref().unwrap_or_default();
    let (subject, paragraphs, link) = match &claimed.mail {
        Mail::Invitation => (
            messages::invitation_subject(l, organisation),
            vec![
                messages::invitation(l, organisation),
                messages::login_name(l, &claimed.login_name),
                messages::sign_in_later(l, format!("{public_url}/sign-in")),
                messages::invitation_link(l, durations::days(durations::INVITATION)),
            ],
            Some((
                messages::invitation_button(l),
                format!("{public_url}/link/invitation/{token}"),
            )),
        ),
        Mail::ConfirmEmail { .. } => (
            messages::confirm_subject(l, organisation),
            vec![messages::confirm(
                l,
                durations::hours(durations::EMAIL_CONFIRMATION),
            )],
            Some((
                crate::messages::confirm_email_button(l),
                format!("{public_url}/link/email/{token}"),
            )),
        ),
        Mail::EmailChanged { .. } => (
            messages::email_changed_subject(l, organisation),
            vec![messages::email_changed(l)],
            None,
        ),
        Mail::VendorNotice { .. } => (
            messages::notice_subject(l, organisation),
            claimed
                .figures
                .as_ref()
                .map(|figures| crate::settings::notice_lines(l, organisation, figures))
                .unwrap_or_default(),
            None,
        ),
        Mail::LinkAnswered { user, linked } => (
            messages::link_answered_subject(l, organisation),
            vec![if *linked {
                messages::link_agreed(l)
            } else {
                messages::link_declined(l)
            }],
            Some((
                messages::link_answered_button(l),
                format!("{public_url}/users/{user}/links"),
            )),
        ),
        Mail::LinkProposed { .. } => (
            messages::link_proposed_subject(l, organisation),
            vec![
                messages::link_proposed(l, organisation, other_organisation),
                messages::link_proposed_answer(l),
            ],
            Some((
                messages::link_proposed_button(l),
                format!("{public_url}/profile/accounts"),
            )),
        ),
        Mail::AccountsLinked { .. } => (
            messages::accounts_linked_subject(l, organisation),
            vec![messages::accounts_linked(
                l,
                organisation,
                other_organisation,
            )],
            None,
        ),
        Mail::AccountUnlinked { .. } => (
            messages::account_unlinked_subject(l, organisation),
            vec![messages::account_unlinked(
                l,
                organisation,
                other_organisation,
            )],
            None,
        ),
        Mail::SwitchedTo { .. } => (
            messages::switched_to_subject(l, organisation),
            vec![messages::switched_to(l, organisation, other_organisation)],
            None,
        ),
        Mail::ColleagueArchived { clients, .. } => {
            let name = claimed
                .about
                .clone()
                .unwrap_or_else(|| messages::a_colleague(l));
            let mut lines = vec![messages::colleague_archived(l, organisation, &name)];
            let takes = *clients > 0;
            if takes {
                lines.push(messages::colleagues_clients(
                    l,
                    crate::labels::clients(l, *clients, false),
                ));
            }
            let link = takes.then(|| {
                (
                    messages::colleagues_clients_button(l),
                    format!("{public_url}/clients?whose=mine"),
                )
            });
            (
                messages::colleague_archived_subject(l, organisation),
                lines,
                link,
            )
        }
        Mail::AdministratorManaged { user, act, .. } => {
            let name = claimed
                .about
                .clone()
                .unwrap_or_else(|| messages::a_colleague(l));
            let by = claimed
                .by
                .clone()
                .unwrap_or_else(|| messages::a_system_administrator(l));
            let line = match act {
                AdministratorAct::Invite => {
                    messages::administrator_invited(l, by, name, organisation)
                }
                AdministratorAct::RemoveRole => {
                    messages::administrator_removed(l, by, name, organisation)
                }
                AdministratorAct::Archive => {
                    messages::administrator_archived(l, by, name, organisation)
                }
                AdministratorAct::Restore => {
                    messages::administrator_restored(l, by, name, organisation)
                }
            };
            (
                messages::administrators_subject(l, organisation),
                vec![line, messages::administrators_why(l, organisation)],
                Some((
                    messages::administrators_button(l),
                    format!("{public_url}/users/{user}"),
                )),
            )
        }
        Mail::ReferralArrived { referral } => (
            messages::referral_arrived_subject(l, organisation),
            vec![messages::referral_arrived(l)],
            Some((
                messages::referral_button(l),
                format!("{public_url}/referrals/{referral}"),
            )),
        ),
        Mail::ReferralMoved { referral } => (
            messages::referral_moved_subject(l, organisation),
            vec![messages::referral_moved(l)],
            Some((
                messages::referral_button(l),
                format!("{public_url}/referrals/{referral}"),
            )),
        ),
        Mail::PasswordChanged => (
            messages::password_subject(l, organisation),
            vec![messages::password(l)],
            None,
        ),
    };
    let letter = match &claimed.mail {
        Mail::VendorNotice { .. } => {
            let foot = match claimed.support_contact.as_str() {
                "" => messages::notice_foot(l, organisation),
                contact => messages::notice_foot_ask(l, organisation, contact),
            };
            Letter {
                greeting: messages::notice_greeting(l),
                paragraphs,
                link,
                foot,
            }
        }
        _ => Letter {
            greeting: messages::greeting(l, &claimed.name),
            paragraphs,
            link,
            foot: foot(l, &claimed.mail, organisation),
        },
    };
    Ok(Rendered {
        text: text(&letter),
        html: html(l, &subject, &letter)?,
        subject: subject.replace(['\r', '\n'], " "),
    })
}

/// The end of a mail. If its link acts without a password, it says what to do with a mail that went
/// to the wrong person.
fn foot(l: Language, mail: &Mail, organisation: &str) -> String {
    match mail {
        Mail::Invitation | Mail::ConfirmEmail { .. } => messages::foot_of_link(l, organisation),
        _ => messages::foot(l, organisation),
    }
}

fn text(letter: &Letter) -> String {
    let mut blocks = vec![letter.greeting.clone()];
    blocks.extend(letter.paragraphs.iter().cloned());
    blocks.extend(letter.link.iter().map(|(_, address)| address.clone()));
    blocks.push(format!("-- \n{}", letter.foot));
    blocks.join("\n\n")
}

fn html(language: Language, subject: &str, letter: &Letter) -> Result<String, askama::Error> {
    Html {
        language: language.code(),
        subject,
        letter,
    }
    .render()
}
