//! Accounts of one person in several organisations (S13): requesting a link, proposing it, agreeing
//! to it, and switching between them.
//!
//! Invariant: only the operator's System administrators propose and unlink (the database checks
//! this too), and never for an account of their own. Accounts are linked once the holders of all of
//! them have agreed, each signed in to their own account. Two accounts of one organisation are
//! never linked. A switched session ends no later than the session it was switched from, and always
//! together with it. Events are recorded in the audits of both organisations.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, FromQueryResult, QueryFilter, QueryOrder, QueryResult, QuerySelect, Set,
};
use usher_types::accounts::{
    Account, AccountsPage, AnswerProposal, AskLink, AskLinkPage, DeclineLink, Found, LeaveLink,
    LinksPage, Party, Proposal, ProposeLink, Proposed, Request, RequestAnswer, Sought, State,
    UnlinkAccount, Waiting, WithdrawProposal,
};
use usher_types::audit::Event;
use usher_types::email::Email;
use usher_types::form::{SavedDraft, known};
use usher_types::invisible::visible;
use usher_types::login_name::LoginName;
use usher_types::mail::Mail;
use usher_types::{
    Field, Invalid, OrganisationId, Permission, Problem, Refusal, UserId, durations,
};
use uuid::Uuid;

use crate::entity::link_requests;
use crate::foundation::limits::Limit;
use crate::foundation::sealing::Token;
use crate::infrastructure::outbox;
use crate::infrastructure::throttles::{self, MailCounted};
use crate::scope::{Tx, Write};
use crate::{Error, Result, Scope, sessions, units};

/// The largest number of requests and people that a page lists.
const MOST: i32 = 200;
/// The largest number of earlier requests that a person's page lists.
const EARLIER: u64 = 20;

/// The actor's accounts in other organisations.
///
/// # Errors
/// [`Refusal::SignIn`].
pub async fn own(scope: &Scope, next: String, refusal: Option<Refusal>) -> Result<AccountsPage> {
    let tx = scope.read(Permission::OwnProfile).await?;
    let me = scope.me()?;
    let proposal = proposal(&tx, me).await?;
    Ok(AccountsPage {
        accounts: mine(&tx, me).await?,
        proposal,
        is_switched: scope.through().is_some(),
        next,
        refusal,
    })
}

/// A row of `link_proposal_of`: the holder's proposal, with one of the other accounts.
#[derive(FromQueryResult)]
struct ProposalRow {
    proposal_id: Uuid,
    has_agreed: bool,
    expires_at: DateTime<Utc>,
    name: String,
    organisation_name: String,
    other_has_agreed: bool,
}

/// What the holder of an account is asked to agree to.
async fn proposal(tx: &Tx<'_>, me: UserId) -> Result<Option<Proposal>> {
    let values = [me.0.into(), tx.scope().now().into()];
    let rows: Vec<ProposalRow> = rows(tx, "SELECT * FROM link_proposal_of($1, $2)", values).await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(Proposal {
        id: first.proposal_id,
        has_agreed: first.has_agreed,
        expires: tx.scope().day(first.expires_at),
        others: rows
            .into_iter()
            .map(|row| Party {
                name: row.name,
                organisation_name: row.organisation_name,
                has_agreed: row.other_has_agreed,
            })
            .collect(),
    }))
}

/// The actor's accounts in other organisations, each with whether this session can be switched to
/// it.
async fn mine(tx: &Tx<'_>, me: UserId) -> Result<Vec<Account>> {
    let mut accounts = linked(tx, me).await?;
    let row = tx
        .one("SELECT account_trusted($1) AS is_trusted", [me.0.into()])
        .await?;
    let is_trusted = row
        .map(|row| row.try_get::<Option<bool>>("", "is_trusted"))
        .transpose()?
        .flatten();
    if is_trusted == Some(false) {
        accounts
            .iter_mut()
            .for_each(|account| account.state = State::Reset);
    }
    Ok(accounts)
}

/// The accounts that are linked with one of the acting organisation.
pub(crate) async fn linked(tx: &Tx<'_>, user: UserId) -> Result<Vec<Account>> {
    accounts(tx, "SELECT * FROM accounts_linked($1)", user.0.into()).await
}

/// The account that the caller has in another organisation, where it is linked with the one they
/// act with.
///
/// # Errors
/// [`Refusal::SignIn`].
pub async fn account_in(scope: &Scope, organisation: &str) -> Result<Option<UserId>> {
    let tx = scope.read(Permission::OwnProfile).await?;
    let found = linked(&tx, scope.me()?).await?;
    Ok(found
        .into_iter()
        .find(|account| account.organisation.to_string() == organisation)
        .map(|account| account.user))
}

/// An account as `account_shown` returns it.
#[derive(FromQueryResult)]
struct AccountRow {
    organisation_id: Uuid,
    organisation_name: String,
    user_id: Uuid,
    login_name: String,
    name: String,
    state: State,
}

impl AccountRow {
    /// The account in a row's columns that begin with a prefix.
    fn account(row: &QueryResult, prefix: &str) -> Result<Account> {
        let row = Self::from_query_result(row, prefix)?;
        Ok(Account {
            organisation: OrganisationId(row.organisation_id),
            organisation_name: row.organisation_name,
            user: UserId(row.user_id),
            name: row.name,
            login_name: row.login_name,
            state: row.state,
        })
    }
}

async fn accounts(tx: &Tx<'_>, sql: &str, value: sea_orm::Value) -> Result<Vec<Account>> {
    let rows = tx.all(sql, [value]).await?;
    rows.iter()
        .map(|row| AccountRow::account(row, ""))
        .collect()
}

async fn rows<R: FromQueryResult>(
    tx: &Tx<'_>,
    sql: &str,
    values: impl IntoIterator<Item = sea_orm::Value>,
) -> Result<Vec<R>> {
    let rows = tx.all(sql, values).await?;
    Ok(rows
        .iter()
        .map(|row| R::from_query_result(row, ""))
        .collect::<std::result::Result<_, _>>()?)
}

/// Switches to the actor's account in another organisation: starts a new session, which ends when
/// this one would have, and ends this one.
///
/// # Errors
/// [`Refusal::NotFound`] where no account there is linked; [`Refusal::CannotSwitch`] where it
/// cannot be switched to now; [`Refusal::SignIn`] if this session ended in the meantime;
/// [`Refusal::Slow`] beyond the limit.
pub async fn switch(scope: &Scope, session: &Token, to: &str) -> Result<Token> {
    let to: OrganisationId = units::id(to)?;
    throttles::require(scope, &[(Limit::Switches, &scope.me()?.to_string())]).await?;
    let told = mail_about_switch(scope, to).await?;
    let tx = scope.write(Permission::OwnProfile).await?;
    let (me, from) = (scope.me()?, tx.organisation()?);
    let values = [session.hash().into(), to.0.into(), scope.now().into()];
    let row = tx
        .one("SELECT * FROM account_switch($1, $2, $3)", values)
        .await?
        .ok_or(Refusal::NotFound)?;
    let user = UserId(row.try_get("", "user_id")?);
    if row.try_get::<State>("", "state")? != State::Ready {
        return Err(Refusal::CannotSwitch.into());
    }
    let token = sessions::start(&tx, to, user, Some(session)).await?;
    tx.record(Event::SwitchedAway { user: me, with: to })
        .await?;
    tx.record_in(to, Event::SwitchedHere { user, with: from })
        .await?;
    if let Some((mail, counted)) = told {
        outbox::enqueue_at(&tx, to, user, &mail, &counted).await?;
    }
    tx.commit().await?;
    Ok(token)
}

/// The mail about a switch to the account in an organisation. The account that signed in gets none,
/// and beyond the limit none is sent; the switch itself is not refused.
async fn mail_about_switch(
    scope: &Scope,
    to: OrganisationId,
) -> Result<Option<(Mail, MailCounted)>> {
    let there = account_in(scope, &to.to_string())
        .await?
        .ok_or(Refusal::NotFound)?;
    let signed_in = scope
        .through()
        .map(|(_, organisation)| organisation)
        .or(scope.organisation())
        .ok_or(Refusal::SignIn)?;
    if signed_in == to {
        return Ok(None);
    }
    let mail = Mail::SwitchedTo {
        with: vec![signed_in],
    };
    match throttles::count_mail(scope, &mail, Some(there), &[]).await {
        Err(error) if error.is_slow() => Ok(None),
        counted => Ok(Some((mail, counted?))),
    }
}

/// A person's accounts in other organisations, and the form that requests another link.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn ask_page(
    scope: &Scope,
    user: UserId,
    draft: Option<SavedDraft<AskLink>>,
) -> Result<AskLinkPage> {
    let tx = scope.read(Permission::EditUsers).await?;
    let (person, _) = tx.editable_user(user).await?;
    let asked = tx
        .find::<link_requests::Entity>()
        .filter(link_requests::Column::UserId.eq(user.0));
    let asked = asked
        .order_by_desc(link_requests::Column::AskedAt)
        .limit(EARLIER)
        .all(tx.conn())
        .await?;
    let requests = asked.into_iter().map(|asked| Request {
        asked: scope.moment(asked.asked_at),
        answer: asked.answered_at.map(|at| RequestAnswer {
            when: scope.moment(at),
            is_proposed: asked.is_linked == Some(true),
            why: asked.why,
        }),
        login_name: asked.login_name,
        reason: asked.reason,
    });
    let requests = requests.collect();
    let fresh = AskLink {
        organisation: tx.organisation()?.to_string(),
        user: user.to_string(),
        ..AskLink::default()
    };
    let (form, refusal) = draft.map_or((fresh, None), |draft| (draft.form, draft.refusal));
    Ok(AskLinkPage {
        user,
        name: person.display_name(),
        accounts: linked(&tx, user).await?,
        requests,
        form,
        refusal,
    })
}

/// Requests that a person's account be linked with one in another organisation. Whether that
/// account exists is not checked.
///
/// # Errors
/// [`Refusal::Invalid`], also where the same was asked already; [`Refusal::NotFound`],
/// [`Refusal::Forbidden`].
pub async fn ask(scope: &Scope, form: &AskLink) -> Result<UserId> {
    let user: UserId = units::id(&form.user)?;
    let tx = scope.write(Permission::EditUsers).await?;
    tx.manage_present(user).await?;
    let (login_name, reason) = form.parse()?;
    let row = link_requests::ActiveModel {
        organisation_id: Set(tx.organisation()?.0),
        id: Set(tx.id()),
        user_id: Set(user.0),
        asked_by: Set(scope.me()?.0),
        login_name: Set(login_name.key()),
        reason: Set(reason),
        asked_at: Set(scope.now()),
        is_linked: Set(None),
        why: Set(String::new()),
        answered_at: Set(None),
    };
    tx.insert(row).await?;
    tx.record(Event::LinkAsked { user }).await?;
    tx.commit().await?;
    Ok(user)
}

/// The page that links accounts: requests that wait for an answer, the result of a search, and the
/// people who have linked accounts.
///
/// # Errors
/// [`Refusal::Forbidden`] for anybody who is not a System administrator of the operator.
pub async fn page(
    scope: &Scope,
    sought: Sought,
    reason: String,
    refusal: Option<Refusal>,
) -> Result<LinksPage> {
    let tx = scope.read(Permission::LinkAccounts).await?;
    let waiting = waiting(&tx).await?;
    let answering = waiting
        .iter()
        .find(|waiting| waiting.id.to_string() == sought.request)
        .cloned();
    let mut sought = sought;
    if let Some(asked) = answering
        .as_ref()
        .filter(|_| sought.one.is_empty() && sought.other.is_empty())
    {
        sought.one.clone_from(&asked.account.login_name);
        sought.other.clone_from(&asked.login_name);
    }
    let (found, people, proposals) = (
        found(&tx, &sought).await?,
        people(&tx).await?,
        proposals(&tx).await?,
    );
    Ok(LinksPage {
        found,
        people,
        waiting,
        proposals,
        sought,
        answering,
        reason,
        refusal,
    })
}

/// The proposals that wait for answers.
async fn proposals(tx: &Tx<'_>) -> Result<Vec<Proposed>> {
    let values = [tx.scope().now().into(), MOST.into()];
    let mut proposals: Vec<Proposed> = Vec::new();
    // a row for each account, and the accounts of one proposal after each other
    for row in tx
        .all("SELECT * FROM link_proposals_open($1, $2)", values)
        .await?
    {
        let id: Uuid = row.try_get("", "proposal_id")?;
        let account = (
            AccountRow::account(&row, "")?,
            row.try_get("", "has_agreed")?,
        );
        match proposals.last_mut() {
            Some(last) if last.id == id => last.accounts.push(account),
            _ => proposals.push(Proposed {
                id,
                accounts: vec![account],
                expires: tx.scope().day(row.try_get("", "expires_at")?),
            }),
        }
    }
    Ok(proposals)
}

/// The requests that wait for an answer.
async fn waiting(tx: &Tx<'_>) -> Result<Vec<Waiting>> {
    let rows = tx
        .all("SELECT * FROM link_requests_waiting($1)", [MOST.into()])
        .await?;
    let waiting = rows.iter().map(|row| {
        Ok(Waiting {
            id: row.try_get("", "id")?,
            account: AccountRow::account(row, "")?,
            asker: AccountRow::account(row, "asker_")?,
            login_name: row.try_get("", "other_login")?,
            reason: row.try_get("", "reason")?,
            asked: tx.scope().moment(row.try_get("", "asked_at")?),
        })
    });
    waiting.collect()
}

/// The people with linked accounts; each account with whether it is trusted.
async fn people(tx: &Tx<'_>) -> Result<Vec<Vec<(Account, bool)>>> {
    let mut people: Vec<(Uuid, Vec<(Account, bool)>)> = Vec::new();
    // by name, and the accounts of one person after each other
    for row in tx
        .all("SELECT * FROM accounts_all($1)", [MOST.into()])
        .await?
    {
        let person = row.try_get("", "person_id")?;
        let account = (
            AccountRow::account(&row, "")?,
            row.try_get("", "is_trusted")?,
        );
        match people.last_mut() {
            Some((last, accounts)) if *last == person => accounts.push(account),
            _ => people.push((person, vec![account])),
        }
    }
    Ok(people.into_iter().map(|(_, accounts)| accounts).collect())
}

/// Two accounts, if the two texts identify exactly two; one address may identify both.
async fn found(tx: &Tx<'_>, sought: &Sought) -> Result<Found> {
    if sought.one.trim().is_empty() && sought.other.trim().is_empty() {
        return Ok(Found::Nothing);
    }
    let (one, other) = (
        named(tx, &sought.one).await?,
        named(tx, &sought.other).await?,
    );
    let apart = |one: &Account, other: &Account| one.organisation != other.organisation;
    Ok(match (one.as_slice(), other.as_slice()) {
        ([one], [other]) | ([one, other], []) | ([], [one, other]) if apart(one, other) => {
            Found::Pair(Box::new((one.clone(), other.clone())))
        }
        _ => Found::Unclear(one, other),
    })
}

const NAMED: &str = "SELECT * FROM accounts_named($1)";

/// The accounts with this login name or address, in any organisation.
async fn named(tx: &Tx<'_>, text: &str) -> Result<Vec<Account>> {
    let text = visible(text)
        .replace(char::is_control, " ")
        .trim()
        .to_lowercase();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let key = LoginName::parse(&text).map_or(text, |name| name.key());
    let mut found = accounts(tx, NAMED, key.as_str().into()).await?;
    // an address is kept in letters, and may be typed in ASCII
    if let Some(address) = Email::parse(&key)
        .ok()
        .filter(|address| address.as_str() != key)
    {
        let others = accounts(tx, NAMED, address.as_str().into()).await?;
        found.extend(
            others
                .into_iter()
                .filter(|other| !found.iter().any(|one| one.user == other.user))
                .collect::<Vec<_>>(),
        );
    }
    Ok(found)
}

/// The one account of this login name.
async fn exactly(tx: &Tx<'_>, login_name: &str) -> Result<Account> {
    let found = named(tx, login_name).await?;
    found
        .into_iter()
        .find(|account| account.login_name.eq_ignore_ascii_case(login_name))
        .ok_or_else(|| Refusal::NotFound.into())
}

/// Proposes to the holders of two accounts, and of the accounts linked with them, that all are
/// linked; answers the request for it, if there is one. Nothing is linked until every holder has
/// agreed. Proposing an existing link again restores trust in it.
///
/// # Errors
/// [`Refusal::Invalid`] for two of one organisation, for the actor's own account, and where one of
/// them is in a proposal already; [`Refusal::NotFound`]; [`Refusal::Forbidden`]; [`Refusal::Slow`]
/// for too many mails.
pub async fn propose(scope: &Scope, form: &ProposeLink) -> Result<()> {
    known(form)?;
    let tx = scope.read(Permission::LinkAccounts).await?;
    let (one, other) = (
        exactly(&tx, &form.one).await?,
        exactly(&tx, &form.other).await?,
    );
    drop(tx);
    if one.organisation == other.organisation {
        return Err(Invalid::one(Field::Form, Problem::TwoThere).into());
    }
    let mail = |with| Mail::LinkProposed { with };
    throttles::count_mail(scope, &mail(Vec::new()), Some(one.user), &[]).await?;
    let counted = throttles::count_mail(scope, &mail(Vec::new()), Some(other.user), &[]).await?;
    let answer_counted = match form.request.as_str() {
        "" => None,
        _ => Some(count_answer(scope).await?),
    };
    let tx = scope.write(Permission::LinkAccounts).await?;
    let now = scope.now();
    let values = [
        one.organisation.0.into(),
        one.user.0.into(),
        other.organisation.0.into(),
        other.user.0.into(),
        scope.me()?.0.into(),
        tx.id().into(),
        now.into(),
        (now + durations::LINK_PROPOSAL).into(),
    ];
    let rows = tx
        .all(
            "SELECT * FROM link_propose($1, $2, $3, $4, $5, $6, $7, $8)",
            values,
        )
        .await?;
    let accounts = record(&tx, &rows, |user, with| Event::LinkProposed { user, with }).await?;
    notify(&tx, accounts, mail, &counted).await?;
    if let Some(counted) = answer_counted {
        answer(&tx, &form.request, true, "", &counted).await?;
    }
    tx.commit().await
}

/// Agrees to a proposal as the holder of one of its accounts. The last agreement links the
/// accounts.
///
/// # Errors
/// [`Refusal::Invalid`] where it is over, or was agreed to already; [`Refusal::Forbidden`] in a
/// session that was switched from another account, because the person has not proved that they hold
/// this one.
pub async fn agree(scope: &Scope, form: &AnswerProposal) -> Result<()> {
    known(form)?;
    let me = holder(scope)?;
    let mail = |with| Mail::AccountsLinked { with };
    let counted = throttles::count_mail(scope, &mail(Vec::new()), None, &[]).await?;
    let tx = scope.write(Permission::OwnProfile).await?;
    let values = [
        units::id::<Uuid>(&form.proposal)?.into(),
        me.0.into(),
        scope.now().into(),
    ];
    let rows = tx
        .all("SELECT * FROM link_agree($1, $2, $3)", values)
        .await?;
    let linked = rows
        .first()
        .map(|row| row.try_get("", "is_linked"))
        .transpose()?
        .ok_or_else(gone)?;
    let accounts = record(&tx, &rows, |user, with| Event::LinkAgreed {
        user,
        with,
        linked,
    })
    .await?;
    if linked {
        notify(&tx, accounts, mail, &counted).await?;
    }
    tx.commit().await
}

/// Declines a proposal as the holder of one of its accounts, also after agreeing to it. The
/// proposal ends for all of them.
///
/// # Errors
/// As [`agree`].
pub async fn decline_proposal(scope: &Scope, form: &AnswerProposal) -> Result<()> {
    known(form)?;
    let me = holder(scope)?;
    let tx = scope.write(Permission::OwnProfile).await?;
    let values = [
        units::id::<Uuid>(&form.proposal)?.into(),
        me.0.into(),
        scope.now().into(),
    ];
    let rows = tx
        .all("SELECT * FROM link_decline($1, $2, $3)", values)
        .await?;
    if rows.is_empty() {
        return Err(gone());
    }
    record(&tx, &rows, |user, with| Event::LinkDeclined { user, with }).await?;
    tx.commit().await
}

/// Withdraws a proposal.
///
/// # Errors
/// [`Refusal::Invalid`] where it is over; [`Refusal::Forbidden`].
pub async fn withdraw(scope: &Scope, form: &WithdrawProposal) -> Result<()> {
    known(form)?;
    let tx = scope.write(Permission::LinkAccounts).await?;
    let rows = tx
        .all(
            "SELECT * FROM link_withdraw($1)",
            [units::id::<Uuid>(&form.proposal)?.into()],
        )
        .await?;
    if rows.is_empty() {
        return Err(gone());
    }
    record(&tx, &rows, |user, with| Event::LinkWithdrawn { user, with }).await?;
    tx.commit().await
}

fn gone() -> Error {
    Invalid::one(Field::Form, Problem::ProposalGone).into()
}

/// The holder who may answer a proposal: the session must have signed in to this account itself.
fn holder(scope: &Scope) -> Result<UserId> {
    scope.require(Permission::OwnProfile)?;
    if scope.through().is_some() {
        Err(Refusal::Forbidden.into())
    } else {
        scope.me()
    }
}

/// The accounts that an action concerns, each with the organisations of the others.
type Concerned = BTreeMap<(OrganisationId, UserId), Vec<OrganisationId>>;

/// Records an action on links in the audit of each organisation that has one of the accounts.
async fn record(
    tx: &Write<'_>,
    rows: &[QueryResult],
    event: impl Fn(UserId, OrganisationId) -> Event,
) -> Result<Concerned> {
    let mut accounts = Concerned::new();
    for row in rows {
        let LinkedPair { at, user, with } = pair(row)?;
        tx.record_in(at, event(user, with)).await?;
        accounts.entry((at, user)).or_default().push(with);
    }
    Ok(accounts)
}

/// Notifies the holders by mail.
async fn notify(
    tx: &Write<'_>,
    accounts: Concerned,
    mail: impl Fn(Vec<OrganisationId>) -> Mail,
    counted: &MailCounted,
) -> Result<()> {
    for ((at, user), with) in accounts {
        outbox::enqueue_at(tx, at, user, &mail(with), counted).await?;
    }
    Ok(())
}

/// An account, and the organisation of an account that it is or was to be linked with.
struct LinkedPair {
    at: OrganisationId,
    user: UserId,
    with: OrganisationId,
}

fn pair(row: &QueryResult) -> Result<LinkedPair> {
    Ok(LinkedPair {
        at: OrganisationId(row.try_get("", "organisation_id")?),
        user: UserId(row.try_get("", "user_id")?),
        with: OrganisationId(row.try_get("", "other_organisation_id")?),
    })
}

/// Counts the mail that [`answer`] queues.
async fn count_answer(scope: &Scope) -> Result<MailCounted> {
    scope.require(Permission::LinkAccounts)?;
    let mail = Mail::LinkAnswered {
        user: scope.me()?,
        linked: false,
    };
    throttles::count_mail(scope, &mail, None, &[]).await
}

/// Answers a request; the requester is notified by mail and sees the answer on the page.
async fn answer(
    tx: &Write<'_>,
    request: &str,
    linked: bool,
    why: &str,
    counted: &MailCounted,
) -> Result<()> {
    let request: Uuid = units::id(request)?;
    let values = [
        request.into(),
        linked.into(),
        why.into(),
        tx.scope().now().into(),
    ];
    let row = tx
        .one("SELECT * FROM link_request_answer($1, $2, $3, $4)", values)
        .await?
        .ok_or(Refusal::NotFound)?;
    let at = OrganisationId(row.try_get("", "organisation_id")?);
    let user = UserId(row.try_get("", "user_id")?);
    let asker = UserId(row.try_get("", "asked_by")?);
    let mail = Mail::LinkAnswered { user, linked };
    outbox::enqueue_at(tx, at, asker, &mail, counted).await?;
    tx.record_in(at, Event::LinkAnswered { user, linked }).await
}

/// Answers a request without linking.
///
/// # Errors
/// [`Refusal::Invalid`] without a reason; [`Refusal::NotFound`] for one that was answered;
/// [`Refusal::Forbidden`].
pub async fn decline(scope: &Scope, form: &DeclineLink) -> Result<()> {
    let counted = count_answer(scope).await?;
    let tx = scope.write(Permission::LinkAccounts).await?;
    let why = form.parse()?;
    answer(&tx, &form.request, false, &why, &counted).await?;
    tx.commit().await
}

/// Removes an account from a person's linked accounts. Sessions that were switched to or from it
/// end at once; the holders are notified.
///
/// # Errors
/// [`Refusal::NotFound`], [`Refusal::Forbidden`].
pub async fn unlink(scope: &Scope, form: &UnlinkAccount) -> Result<()> {
    known(form)?;
    scope.require(Permission::LinkAccounts)?;
    let counted = throttles::count_mail(
        scope,
        &Mail::AccountUnlinked { with: Vec::new() },
        None,
        &[],
    )
    .await?;
    let tx = scope.write(Permission::LinkAccounts).await?;
    let (of, user) = (units::id(&form.of)?, units::id(&form.user)?);
    if take_out(&tx, of, user, false, &counted).await? {
        tx.commit().await
    } else {
        Err(Refusal::NotFound.into())
    }
}

/// Removes the actor's own account from a link, because a holder who agreed may change their mind.
/// Does nothing if there is no link.
///
/// # Errors
/// [`Refusal::Forbidden`] in a session that was switched from another account; [`Refusal::Slow`]
/// for too many mails.
pub async fn leave(scope: &Scope, form: &LeaveLink) -> Result<()> {
    known(form)?;
    let me = holder(scope)?;
    let counted = throttles::count_mail(
        scope,
        &Mail::AccountUnlinked { with: Vec::new() },
        None,
        &[],
    )
    .await?;
    let tx = scope.write(Permission::OwnProfile).await?;
    take_out(&tx, tx.organisation()?, me, true, &counted).await?;
    tx.commit_if_recorded().await
}

/// Whether the account was linked.
async fn take_out(
    tx: &Write<'_>,
    of: OrganisationId,
    user: UserId,
    by_holder: bool,
    counted: &MailCounted,
) -> Result<bool> {
    let gone = tx
        .all(
            "SELECT * FROM account_unlink($1, $2)",
            [of.0.into(), user.0.into()],
        )
        .await?;
    let accounts = record(tx, &gone, |user, with| Event::AccountUnlinked {
        user,
        with,
        by_holder,
    })
    .await?;
    notify(tx, accounts, |with| Mail::AccountUnlinked { with }, counted).await?;
    Ok(!gone.is_empty())
}
