//! `/organisations/links`: where a System administrator answers requests, proposes links between
//! accounts of one person, and unlinks them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::accounts::{Account, Found, LinksPage as Page, Proposed, Sought, Waiting};
use usher_types::{Field, Refusal};

use super::api::{DeclineLink, ProposeLink, UnlinkAccount, WithdrawProposal, links_page};
use super::{account_summary, answer_badge};
use crate::messages;
use crate::ui::{
    Card, FormSection, Hidden, Link, PageHeader, PostForm, SubmitBar, TextArea, draft_param, lang,
    load, loaded, quiet_text,
};

/// `/organisations/links`.
#[component]
pub fn LinksPage() -> impl IntoView {
    let (query, draft) = (use_query_map(), draft_param());
    let param = move |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
    let sought = move || Sought {
        one: param("one"),
        other: param("other"),
        request: param("request"),
    };
    let page = load(
        move || (sought(), draft.get()),
        |(sought, draft)| links_page(sought, draft),
    );
    loaded(page, show)
}

fn show(page: Page) -> AnyView {
    let l = lang();
    let Page {
        waiting,
        proposals,
        sought,
        found,
        answering,
        people,
        reason,
        refusal,
    } = page;
    let open = waiting.into_iter().map(|waiting| {
        let to = format!("/organisations/links?request={}#look", waiting.id);
        let label = messages::look_at_request(l, &waiting.account.name);
        view! { <li>{request_summary(&waiting)}<a class="button slim" href=to aria-label=label>{messages::look_at(l)}</a></li> }
    });
    let open: Vec<_> = open.collect();
    let nothing = open
        .is_empty()
        .then(|| quiet_text(messages::no_request_waits(l)));
    let declined =
        matches!(&refusal, Some(Refusal::Invalid(invalid)) if invalid.at(Field::Reason).is_some());
    let (link_refusal, decline_refusal) = if declined {
        (None, refusal)
    } else {
        (refusal, None)
    };
    let decline = answering
        .as_ref()
        .map(|waiting| decline(waiting, reason, decline_refusal));
    let nobody = people
        .is_empty()
        .then(|| quiet_text(messages::nobody_linked(l)));
    let people = people.into_iter().map(linked_person).collect_view();
    let proposed = (!proposals.is_empty()).then(|| {
        let lines = proposals.into_iter().map(proposal_item).collect_view();
        view! { <Card title=messages::open_proposals(l)><ul class="lines">{lines}</ul></Card> }
    });
    let request = answering
        .as_ref()
        .map(|waiting| waiting.id.to_string())
        .unwrap_or_default();
    let was_asked = [
        !sought.one.trim().is_empty(),
        !sought.other.trim().is_empty(),
    ];
    let found = found_accounts(found, was_asked, request.clone(), link_refusal);
    view! {
        <PageHeader title=messages::link_accounts(l) lead=messages::link_accounts_are(l) />
        <div class="stack">
            <Card title=messages::open_requests(l)>{nothing}<ul class="lines">{open}</ul></Card>
            <Card title=messages::link_two(l) id="look">
                {answering.as_ref().map(|waiting| view! { <ul class="lines"><li>{request_summary(waiting)}</li></ul> })}
                <form method="get" action="/organisations/links#look" class="body stack" autocomplete="off">
                    <input type="hidden" name="request" value=request.clone() />
                    <div class="pair">
                        {search_field("one", messages::one_account(l), sought.one)}
                        {search_field("other", messages::other_account(l), sought.other)}
                    </div>
                    <p class="quiet small">{messages::seek_hint(l)}</p>
                    <p class="row"><button class="button">{messages::look_up(l)}</button></p>
                </form>
            </Card>
            {found}
            {decline}
            {proposed}
            <Card title=messages::linked_people(l)>{nobody}<ul class="lines">{people}</ul></Card>
        </div>
    }
    .into_any()
}

fn search_field(name: &'static str, label: String, value: String) -> AnyView {
    view! {
        <div class="field"><label for=name>{label}</label><input id=name name=name value=value dir="auto" spellcheck="false" autocapitalize="off" /></div>
    }
    .into_any()
}

/// A request: the account, the login name elsewhere, who asked, when and why.
fn request_summary(waiting: &Waiting) -> AnyView {
    let l = lang();
    let Waiting {
        account,
        asker,
        login_name,
        reason,
        asked,
        ..
    } = waiting;
    view! {
        <span>
            <b dir="auto">{messages::request_for(l, &account.name, &account.organisation_name)}</b>
            <span class="hint" dir="auto">{messages::request_names(l, &account.login_name, login_name)}</span>
            <span class="hint" dir="auto">{messages::request_by(l, &asker.name, &asked.text)}</span>
            <span class="hint" dir="auto">{reason.clone()}</span>
        </span>
    }
    .into_any()
}

/// The result of the search: two accounts and the button that links them, or why there are not
/// exactly two.
fn found_accounts(
    found: Found,
    was_asked: [bool; 2],
    request: String,
    refusal: Option<Refusal>,
) -> Option<AnyView> {
    let l = lang();
    match found {
        Found::Nothing => None,
        Found::Pair(pair) => {
            let (one, other) = *pair;
            let form = view! {
                <PostForm action=ProposeLink::url() title=messages::link_accounts(l) refusal class="card confirm">
                    <Hidden name="one" value=one.login_name.clone() />
                    <Hidden name="other" value=other.login_name.clone() />
                    <Hidden name="request" value=request />
                    <p class="lead">{messages::link_lead(l)}</p>
                    <ul class="lines"><li>{account_summary(&one)}</li><li>{account_summary(&other)}</li></ul>
                    <SubmitBar submit=messages::propose_link(l) cancel=Link::new("/organisations/links", messages::cancel(l)) />
                </PostForm>
            };
            Some(form.into_any())
        }
        Found::Unclear(one, other) => {
            let list = |was_asked: bool, label: String, accounts: Vec<Account>| {
                let lines = accounts
                    .iter()
                    .map(|account| view! { <li>{account_summary(account)}</li> })
                    .collect_view();
                let none = accounts
                    .is_empty()
                    .then(|| view! { <li class="quiet">{messages::no_such_account(l)}</li> });
                was_asked.then(|| view! { <li><b>{label}</b></li>{none}{lines} })
            };
            let [one_asked, other_asked] = was_asked;
            let card = view! {
                <section class="card" role="status">
                    <h2>{messages::not_two(l)}</h2>
                    <div class="body quiet">{messages::not_two_why(l)}</div>
                    <ul class="lines">{list(one_asked, messages::one_account(l), one)}{list(other_asked, messages::other_account(l), other)}</ul>
                </section>
            };
            Some(card.into_any())
        }
    }
}

fn decline(waiting: &Waiting, reason: String, refusal: Option<Refusal>) -> AnyView {
    let l = lang();
    let request = waiting.id.to_string();
    view! {
        <PostForm action=DeclineLink::url() title=messages::link_accounts(l) refusal class="card">
            <Hidden name="request" value=request />
            <FormSection title=messages::do_not_link(l)>
                <TextArea field=Field::Reason value=reason hint=messages::decline_hint(l) required=true />
            </FormSection>
            <div class="review"><span class="grow"></span><button class="button">{messages::answer_no(l)}</button></div>
        </PostForm>
    }
    .into_any()
}

/// A proposal: its accounts, whether each holder has agreed, and the button that withdraws the
/// proposal.
fn proposal_item(proposal: Proposed) -> AnyView {
    let l = lang();
    let label = proposal
        .accounts
        .iter()
        .map(|(account, _)| messages::request_for(l, &account.name, &account.organisation_name));
    let label = messages::withdraw_proposal_for(l, label.collect::<Vec<_>>().join("; "));
    let lines =
        proposal.accounts.iter().map(|(account, has_agreed)| view! { <li>{account_summary(account)}{answer_badge(*has_agreed)}</li> });
    view! {
        <li class="group">
            <ul class="lines">{lines.collect_view()}</ul>
            <div class="review">
                <span class="grow quiet small">{messages::proposal_expires(l, &proposal.expires.text)}</span>
                <PostForm action=WithdrawProposal::url() title=messages::link_accounts(l) class="inline">
                    <Hidden name="proposal" value=proposal.id.to_string() />
                    <button class="button slim" aria-label=label>{messages::withdraw_proposal(l)}</button>
                </PostForm>
            </div>
        </li>
    }
    .into_any()
}

/// The accounts of one person, each with the button that unlinks it.
fn linked_person(accounts: Vec<(Account, bool)>) -> AnyView {
    let l = lang();
    let lines = accounts.into_iter().map(|(account, is_trusted)| {
        let label = messages::unlink_account(l, &account.name, &account.organisation_name);
        let reset = (!is_trusted).then(|| view! { <span class="hint">{messages::not_trusted(l)}</span> });
        view! {
            <li>
                <span>{account_summary(&account)}{reset}</span>
                <PostForm action=UnlinkAccount::url() title=messages::link_accounts(l) class="inline">
                    <Hidden name="of" value=account.organisation.to_string() />
                    <Hidden name="user" value=account.user.to_string() />
                    <button class="button slim" aria-label=label>{messages::unlink(l)}</button>
                </PostForm>
            </li>
        }
    });
    view! { <li class="group"><ul class="lines">{lines.collect_view()}</ul></li> }.into_any()
}
