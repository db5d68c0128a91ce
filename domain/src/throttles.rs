//! Limits, in Postgres: shared by all servers, and counted in a transaction of their own, so that they survive restarts and
//! rollbacks (ASVS 2.4.1, 6.3.1). Whatever a caller can make cost something is counted before it is done, so that parallel requests
//! gain nothing. [`Limit`] is the one table of them; docs/limits.md says what each protects.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use usher_types::login_name::LoginName;
use usher_types::mail::Mail;
use usher_types::{Permission, Refusal, UserId};
use uuid::Uuid;

use crate::scope::Tx;
use crate::{Result, Scope};

macro_rules! limits {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $most:literal in $seconds:literal;)*) => {
        /// What is counted: so many in so many seconds, for each key (an account, a person, an address).
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

            /// In how many seconds.
            #[must_use]
            pub const fn seconds(self) -> i32 {
                match self {
                    $(Self::$name => $seconds,)*
                }
            }

            /// What it is counted under. Hashed: what was typed as a login name may be a password.
            #[must_use]
            pub fn key(self, who: &str) -> String {
                let digest = Sha256::digest(format!("{}:{who}", self.code()).as_bytes());
                STANDARD_NO_PAD.encode(digest)
            }
        }
    };
}

limits! {
    /// Wrong passwords for one account that cost no wait; from then on each doubles the wait, from one second to fifteen minutes. Counted
    /// from the latest, or a slow guesser would begin afresh every day.
    WrongPasswords = "account", 5 in 86_400;
    /// Wrong passwords from one address.
    WrongPasswordsFromAddress = "address", 50 in 600;
    /// New passwords that one person has judged for themselves: each may cost an estimate and a hash.
    OwnPasswords = "own_passwords", 30 in 600;
    /// Temporary passwords that one administrator sets.
    TemporaryPasswords = "temporary_passwords", 600 in 600;
    /// Forms that are kept for one person.
    Drafts = "drafts", 120 in 600;
    /// Forms that are kept for visitors from one address.
    DraftsOfVisitors = "drafts_of_visitors", 60 in 600;
    /// A form that may be posted twice and is one act: what it causes is counted the first time.
    Acts = "acts", 1 in 86_400;
    /// Mails that one person's acts cause.
    MailsOfActor = "mails_of_actor", 200 in 3_600;
    /// Mails about one person's account, whoever causes them.
    MailsAboutPerson = "mails_about_person", 10 in 3_600;
    /// Mails to one address, whoever causes them and whoever they are about.
    MailsToAddress = "mails_to_address", 10 in 3_600;
    /// Steps of referrals that one person takes; each is told to at most 50 colleagues by mail.
    ReferralSteps = "referral_steps", 200 in 3_600;
    /// Reports that one person opens or exports.
    Reports = "reports", 120 in 600;
    /// How often one person is told that a login name is taken in another organisation (S6).
    TakenElsewhere = "elsewhere", 30 in 600;
    /// Switches to an account in another organisation.
    Switches = "switches", 60 in 600;
    /// Switches to one account that it is told of by mail; the rest is recorded alone.
    SwitchMails = "switch_mails", 5 in 86_400;
    /// Events of one kind that one person can make happen at will and that are written one by one. Counted in `repeated_events`, so that
    /// the rest can be written as one row.
    RepeatedEvents = "repeated_events", 20 in 600;
    /// Sign-ins to accounts that do not exist, made while their address is blocked and recorded one by one.
    ThrottledSignIns = "throttled_sign_ins", 20 in 600;
    /// Requests of other sites' pages that are recorded for one address.
    CrossSite = "cross_site", 20 in 600;
}

const LONGEST_S: i32 = 900;

/// Counts one: from the latest on where the fourth value says so, else from the first.
const COUNT: &str = "INSERT INTO throttles AS t (key, failures, since) VALUES ($1, 1, $2)
    ON CONFLICT (key) DO UPDATE SET
        failures = CASE WHEN t.blocked_until > $2 THEN t.failures WHEN t.since < $2 - make_interval(secs => $3) THEN 1 ELSE t.failures + 1 END,
        since = CASE WHEN $4 OR t.since < $2 - make_interval(secs => $3) THEN greatest(t.since, $2) ELSE t.since END
    RETURNING failures, ceil(extract(epoch FROM t.blocked_until - $2))::int AS wait";

/// The attempt of one client at one account.
pub(crate) struct Attempt {
    account: Counted,
    address: Counted,
}

/// One count of an attempt.
struct Counted {
    key: String,
    /// Whether it was the one too many.
    blocked: bool,
}

impl Attempt {
    /// Counts it.
    ///
    /// # Errors
    /// [`Refusal::Slow`] while either is blocked; a blocked attempt does not prolong the block.
    pub(crate) async fn begin(scope: &Scope, account: &str, address: &str) -> Result<Self> {
        let counted = |key: String| Counted { key, blocked: false };
        let mut attempt =
            Self { account: counted(Limit::WrongPasswords.key(account)), address: counted(Limit::WrongPasswordsFromAddress.key(address)) };
        let tx = scope.write(Permission::SignIn).await?;
        let now = scope.now();
        let mut longest = 0;
        // addresses and accounts are always locked in this order, so that two attempts cannot wait for each other
        let both = [(&mut attempt.address, Limit::WrongPasswordsFromAddress), (&mut attempt.account, Limit::WrongPasswords)];
        for (Counted { key, blocked }, limit) in both {
            let is_account = limit == Limit::WrongPasswords;
            let row = tx.one(COUNT, [key.as_str().into(), now.into(), f64::from(limit.seconds()).into(), is_account.into()]).await?;
            let Some(row) = row else { continue };
            let (failures, wait): (i32, Option<i32>) = (row.try_get("", "failures")?, row.try_get("", "wait")?);
            if let Some(wait) = wait.filter(|wait| *wait > 0) {
                longest = longest.max(wait);
                continue;
            }
            if failures >= limit.most() {
                // past ten doublings it is the longest anyway
                let seconds = if is_account { (1 << (failures - limit.most()).min(10)).min(LONGEST_S) } else { limit.seconds() };
                let sql = "UPDATE throttles SET blocked_until = $2 + make_interval(secs => $3) WHERE key = $1";
                tx.execute(sql, [key.as_str().into(), now.into(), f64::from(seconds).into()]).await?;
                *blocked = true;
            }
        }
        if longest > 0 {
            // rolled back: a blocked attempt counts neither at the account nor at the address
            return Err(Refusal::Slow { seconds: longest as u32 }.into());
        }
        tx.commit_unsaid().await?;
        Ok(attempt)
    }

    /// It was right: the account starts afresh, and the address gets its attempt back.
    pub(crate) async fn succeeded(self, scope: &Scope) -> Result<()> {
        let tx = scope.write(Permission::SignIn).await?;
        // a block that others' failures earned stays
        let sql = "UPDATE throttles SET failures = greatest(failures - 1, 0),
            blocked_until = CASE WHEN failures > $2 THEN blocked_until END WHERE key = $1";
        tx.execute(sql, [self.address.key.into(), Limit::WrongPasswordsFromAddress.most().into()]).await?;
        tx.execute("DELETE FROM throttles WHERE key = $1", [self.account.key.into()]).await?;
        tx.commit_unsaid().await
    }

    /// It was not tried: both get it back, with the block it was the reason for.
    pub(crate) async fn undo(self, scope: &Scope) -> Result<()> {
        let tx = scope.write(Permission::SignIn).await?;
        let sql = "UPDATE throttles SET failures = greatest(failures - 1, 0), blocked_until = CASE WHEN NOT $2 THEN blocked_until END
            WHERE key = $1";
        for Counted { key, blocked } in [self.address, self.account] {
            tx.execute(sql, [key.into(), blocked.into()]).await?;
        }
        tx.commit_unsaid().await
    }
}

/// What each kind of mail counts against. A kind without a line here does not compile.
#[must_use]
pub const fn limits_of_mail(mail: &Mail) -> &'static [Limit] {
    use Limit::{MailsAboutPerson, MailsOfActor, MailsToAddress, ReferralSteps, SwitchMails};
    match mail {
        // somebody chose the address
        Mail::Invitation | Mail::ConfirmEmail { .. } | Mail::EmailChanged { .. } => &[MailsOfActor, MailsAboutPerson, MailsToAddress],
        Mail::PasswordChanged | Mail::LinkProposed { .. } => &[MailsOfActor, MailsAboutPerson],
        // each proposal takes effect once, and each link ends once
        Mail::AccountsLinked { .. } | Mail::AccountUnlinked { .. } => &[MailsOfActor],
        Mail::SwitchedTo { .. } => &[SwitchMails],
        // each notice and each request is answered once, to an address that is stored
        Mail::VendorNotice { .. } | Mail::LinkAnswered { .. } => &[MailsOfActor],
        // to at most so many colleagues, at addresses that are stored
        Mail::ColleagueArchived { .. } | Mail::AdministratorManaged { .. } => &[MailsOfActor],
        Mail::ReferralArrived { .. } | Mail::ReferralMoved { .. } => &[ReferralSteps],
    }
}

/// Proof that the mails of an act were counted before it began; [`crate::outbox::enqueue`] asks for it.
#[derive(Debug)]
pub(crate) struct MailCounted(Option<&'static [Limit]>);

impl MailCounted {
    /// Of the system, which carries out what a person's act was counted for, or runs in a terminal.
    pub(crate) const fn by_system() -> Self {
        Self(None)
    }

    /// Whether a mail was counted as its kind asks.
    pub(crate) fn covers(&self, mail: &Mail) -> bool {
        self.0.is_none_or(|counted| limits_of_mail(mail).iter().all(|limit| counted.contains(limit)))
    }
}

/// Counts the mails of an act against the limits of their kind: those of whoever acts, of the person they are about, and of the addresses
/// they go to.
///
/// # Errors
/// [`Refusal::Slow`] where one is exceeded.
pub(crate) async fn count_mail(scope: &Scope, mail: &Mail, about: Option<UserId>, to: &[&str]) -> Result<MailCounted> {
    count_mail_of(scope, None, mail, about, to).await
}

/// The same for a form that may be posted twice: an act is counted once, however often it is posted.
///
/// # Errors
/// As [`count_mail`].
pub(crate) async fn count_mail_once(scope: &Scope, act: Uuid, mail: &Mail, to: &[&str]) -> Result<MailCounted> {
    count_mail_of(scope, Some(&act.to_string()), mail, None, to).await
}

async fn count_mail_of(scope: &Scope, act: Option<&str>, mail: &Mail, about: Option<UserId>, to: &[&str]) -> Result<MailCounted> {
    let limits = limits_of_mail(mail);
    let (actor, about) = (scope.person().map(|person| person.to_string()), about.map(|about| about.to_string()));
    let mut counted: Vec<(Limit, &str)> = act.map(|act| (Limit::Acts, act)).into_iter().collect();
    for limit in limits {
        match limit {
            Limit::MailsAboutPerson | Limit::SwitchMails => counted.extend(about.as_deref().map(|about| (*limit, about))),
            Limit::MailsToAddress => counted.extend(to.iter().map(|to| (*limit, *to))),
            _ => counted.extend(actor.as_deref().map(|actor| (*limit, actor))),
        }
    }
    match exceeded(scope, &counted).await? {
        Some((limit, seconds)) if limit != Limit::Acts => Err(Refusal::Slow { seconds }.into()),
        _ => Ok(MailCounted(Some(limits))),
    }
}

/// Counts one against each of these limits, in this order, until one is exceeded: the earlier ones keep the count, so that an exceeded
/// limit of the caller never uses up that of somebody else.
///
/// # Errors
/// [`Refusal::Slow`] where one is exceeded.
pub(crate) async fn require(scope: &Scope, counted: &[(Limit, &str)]) -> Result<()> {
    match exceeded(scope, counted).await? {
        Some((_, seconds)) => Err(Refusal::Slow { seconds }.into()),
        None => Ok(()),
    }
}

/// Counts one against a limit; whether it is still within.
pub(crate) async fn is_within(scope: &Scope, limit: Limit, who: &str) -> Result<bool> {
    Ok(exceeded(scope, &[(limit, who)]).await?.is_none())
}

/// Counts, and tells the first limit that is exceeded, and how many seconds to wait for it.
async fn exceeded(scope: &Scope, counted: &[(Limit, &str)]) -> Result<Option<(Limit, u32)>> {
    let keys = counted.iter().map(|(limit, who)| limit.key(who)).collect();
    let most = counted.iter().map(|(limit, _)| limit.most()).collect();
    let seconds = counted.iter().map(|(limit, _)| limit.seconds()).collect();
    let exceeded = scope.count(keys, most, seconds).await?;
    Ok(exceeded.and_then(|(place, wait)| Some((counted.get(place)?.0, wait))))
}

/// Until when nobody can sign in with a login name, because too many tried.
pub(crate) async fn slowed(tx: &Tx<'_>, login_name: &str) -> Result<Option<DateTime<Utc>>> {
    let name = LoginName::parse(login_name).map_or_else(|_| login_name.to_lowercase(), |name| name.key());
    let sql = "SELECT blocked_until FROM throttles WHERE key = $1 AND blocked_until > $2";
    let row = tx.one(sql, [Limit::WrongPasswords.key(&name).into(), tx.scope().now().into()]).await?;
    Ok(row.map(|row| row.try_get("", "blocked_until")).transpose()?)
}
