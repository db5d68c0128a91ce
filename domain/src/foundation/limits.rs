//! Every limit: how many of what in how long. docs/limits.md says what each protects;
//! [`throttles`](crate::infrastructure::throttles) counts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};
use usher_types::mail::Mail;

macro_rules! limits {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $most:literal in $seconds:literal;)*) => {
        /// A limit: so many in so many seconds, for each key (an account, a person, an address).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Limit {
            $($(#[$meta])* $name,)*
        }

        impl Limit {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its name in docs/limits.md, and part of the key it is counted under.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// How many are allowed.
            #[must_use]
            pub const fn most(self) -> i32 {
                match self {
                    $(Self::$name => $most,)*
                }
            }

            /// The period in seconds.
            #[must_use]
            pub const fn seconds(self) -> i32 {
                match self {
                    $(Self::$name => $seconds,)*
                }
            }

            /// The key it is counted under. It is hashed, because what was typed as a login name
            /// may be a password.
            #[must_use]
            pub fn key(self, who: &str) -> String {
                let digest = Sha256::digest(format!("{}:{who}", self.code()).as_bytes());
                STANDARD_NO_PAD.encode(digest)
            }
        }
    };
}

limits! {
    /// Wrong passwords for one account without a wait; each further one doubles the wait, from one
    /// second to fifteen minutes. Counted from the latest, because a slow guesser would otherwise
    /// start again every day.
    WrongPasswords = "account", 5 in 86_400;
    /// Wrong passwords for one account from a browser that its person has signed in with before:
    /// like [`Limit::WrongPasswords`], but counted separately, so that a person cannot be locked
    /// out by somebody who only knows their login name.
    WrongPasswordsFromKnownBrowser = "known_browser", 5 in 86_400;
    /// Wrong passwords from one address without a wait; further attempts are made one at a time,
    /// each after a delay.
    WrongPasswordsFromAddress = "address", 50 in 600;
    /// New passwords that one person submits: each may cost an estimate and a hash.
    OwnPasswords = "own_passwords", 30 in 600;
    /// Temporary passwords that one administrator sets.
    TemporaryPasswords = "temporary_passwords", 600 in 600;
    /// Drafts saved for one person: one per second, of which the newest 40 are kept.
    Drafts = "drafts", 600 in 600;
    /// Drafts saved for visitors from one address.
    DraftsOfVisitors = "drafts_of_visitors", 60 in 600;
    /// Posts of one form, by its idempotency key: what a form causes is counted only for its first
    /// post.
    Acts = "acts", 1 in 86_400;
    /// Mails that one person's actions cause.
    MailsOfActor = "mails_of_actor", 200 in 3_600;
    /// Mails about one person's account, from all senders.
    MailsAboutPerson = "mails_about_person", 10 in 3_600;
    /// Mails to one address, from all senders and about all accounts.
    MailsToAddress = "mails_to_address", 10 in 3_600;
    /// Steps of referrals that one person takes; each notifies at most 50 colleagues by mail.
    ReferralSteps = "referral_steps", 200 in 3_600;
    /// Reports that one person opens or exports.
    Reports = "reports", 120 in 600;
    /// How often one person is told that a login name is taken in another organisation (S6).
    TakenElsewhere = "elsewhere", 30 in 600;
    /// Switches to an account in another organisation.
    Switches = "switches", 60 in 600;
    /// Switches to one account that are notified by mail; further ones are only recorded.
    SwitchMails = "switch_mails", 5 in 86_400;
    /// Events of one kind that one person can cause at will and that are written individually.
    /// Counted in `repeated_events`, so that the rest can be written as one row.
    RepeatedEvents = "repeated_events", 20 in 600;
    /// Sign-ins to accounts that do not exist, made while sign-in to them is blocked, that are
    /// recorded individually.
    ThrottledSignIns = "throttled_sign_ins", 20 in 600;
    /// Requests of other sites' pages that are recorded for one address.
    CrossSite = "cross_site", 20 in 600;
}

/// The limits that each kind of mail counts against. A kind that is missing here does not compile.
#[must_use]
pub const fn limits_of_mail(mail: &Mail) -> &'static [Limit] {
    use Limit::{MailsAboutPerson, MailsOfActor, MailsToAddress, ReferralSteps, SwitchMails};
    match mail {
        // the address was chosen by a person
        Mail::Invitation | Mail::ConfirmEmail { .. } | Mail::EmailChanged { .. } => {
            &[MailsOfActor, MailsAboutPerson, MailsToAddress]
        }
        Mail::PasswordChanged | Mail::LinkProposed { .. } => &[MailsOfActor, MailsAboutPerson],
        // each proposal takes effect only once, and each link ends only once
        Mail::AccountsLinked { .. } | Mail::AccountUnlinked { .. } => &[MailsOfActor],
        Mail::SwitchedTo { .. } => &[SwitchMails],
        // each notice and each request is answered only once, to a stored address
        Mail::VendorNotice { .. } | Mail::LinkAnswered { .. } => &[MailsOfActor],
        // to a limited number of colleagues, at stored addresses
        Mail::ColleagueArchived { .. } | Mail::AdministratorManaged { .. } => &[MailsOfActor],
        Mail::ReferralArrived { .. } | Mail::ReferralMoved { .. } => &[ReferralSteps],
    }
}
