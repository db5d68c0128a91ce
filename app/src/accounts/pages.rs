//! `/profile/accounts`, where a user agrees to a link and switches to another account;
//! `/users/:id/links`, where an administrator asks for accounts to be linked.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;
use usher_types::Field;
use usher_types::accounts::{
    Account, AccountsPage as Page, AskLinkPage as AskPage, Proposal, Request, State,
};

use super::api::{AgreeToLink, AskLink, DeclineProposal, LeaveLink, accounts_page, ask_link_page};
use super::{account_summary, answer_badge, switch_url};
use crate::people::crumbs;
use crate::ui::{
    Card, FormSection, Hidden, Link, PageHeader, PostForm, SubmitBar, TextArea, TextField,
    draft_param, lang, load, load_with_draft, loaded, quiet_text,
};
use crate::{labels, messages};

/// `/profile/accounts`. `?made_for=` is the organisation of a form that was sent while acting for
/// another one.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let (query, draft) = (use_query_map(), draft_param());
    let param = move |name: &str| query.with(|query| query.get(name)).unwrap_or_default();
    let page = load(
        move || (param("next"), draft.get()),
        |(next, draft)| accounts_page(next, draft),
    );
    let made_for = query.with_untracked(|query| query.get("made_for"));
    loaded(page, move |page| show(page, made_for.clone()))
}

fn show(page: Page, made_for: Option<String>) -> AnyView {
    let l = lang();
    let Page {
        accounts,
        proposal,
        is_switched,
        next,
        refusal,
    } = page;
    let is_for =
        |account: &Account| made_for.as_deref() == Some(account.organisation.to_string().as_str());
    let can_go_back = accounts.iter().any(is_for);
    let alert = match (&made_for, refusal) {
        (Some(_), _) if can_go_back => Some(messages::switch_back(l)),
        (Some(_), _) => Some(messages::switch_back_by_signing_in(l)),
        (None, refusal) => refusal.map(|refusal| labels::refusal(l, &refusal)),
    };
    let alert = alert.map(|alert| view! { <div class="notice bad" role="alert"><h2>{messages::problem(l)}</h2><p>{alert}</p></div> });
    let is_empty = accounts.is_empty();
    let lines = accounts.iter().map(|account| {
        // only the account in that organisation shows the draft
        let next = if made_for.is_none() || is_for(account) { next.clone() } else { String::new() };
        let class = if is_for(account) { "button slim main" } else { "button slim" };
        let button = (account.state == State::Ready).then(|| {
            view! {
                <form method="post" action=switch_url() class="inline">
                    <Hidden name="to" value=account.organisation.to_string() />
                    <Hidden name="next" value=next />
                    <button class=class>{messages::switch_to(l, &account.organisation_name)}</button>
                </form>
            }
        });
        view! { <li>{account_summary(account)}{button}</li> }
    });
    let lines = lines.collect_view();
    let leave = (!is_empty && !is_switched).then(|| {
        view! {
            <div class="review">
                <span class="grow quiet small">{messages::leave_link_hint(l)}</span>
                <PostForm action=LeaveLink::url() title=messages::your_organisations(l) class="inline">
                    <button class="button slim">{messages::leave_link(l)}</button>
                </PostForm>
            </div>
        }
    });
    view! {
        <PageHeader title=messages::your_organisations(l) crumbs=[Link::new("/profile", messages::your_profile(l))] lead=messages::your_organisations_are(l) />
        {alert}
        <div class="stack">
            {proposal.map(|proposal| proposal_card(proposal, is_switched))}
            <section class="card" aria-label=messages::your_organisations(l)>
                {is_empty.then(|| quiet_text(messages::no_organisation_elsewhere(l)))}
                <ul class="lines">{lines}</ul>
                {leave}
            </section>
        </div>
    }
    .into_any()
}

/// A proposal that the user can agree to or decline. A switched session cannot answer it.
fn proposal_card(proposal: Proposal, is_switched: bool) -> AnyView {
    let l = lang();
    let Proposal {
        id,
        others,
        has_agreed,
        expires,
    } = proposal;
    let lines = others.into_iter().map(|other| {
        view! {
            <li>
                <span><b dir="auto">{other.organisation_name}</b><span class="hint" dir="auto">{other.name}</span></span>
                {answer_badge(other.has_agreed)}
            </li>
        }
    });
    let id = id.to_string();
    let (title, agreeing) = (messages::your_organisations(l), id.clone());
    let agree = (!has_agreed).then(|| {
        view! {
            <PostForm action=AgreeToLink::url() title=title.clone() class="inline">
                <Hidden name="proposal" value=agreeing />
                <button class="button main">{messages::agree_to_link(l)}</button>
            </PostForm>
        }
    });
    let answers = if is_switched {
        view! { <p class="body">{messages::answer_by_signing_in(l)}</p> }.into_any()
    } else {
        view! {
            <div class="review">
                <span class="grow quiet small">{has_agreed.then(|| messages::you_agreed(l))}</span>
                <PostForm action=DeclineProposal::url() title class="inline">
                    <Hidden name="proposal" value=id />
                    <button class="button">{messages::decline_proposal(l)}</button>
                </PostForm>
                {agree}
            </div>
        }
        .into_any()
    };
    view! {
        <Card title=messages::proposed_link(l)>
            <p class="body">{messages::proposed_link_lead(l)}" "<span class="quiet">{messages::proposal_expires(l, expires.text)}</span></p>
            <ul class="lines">{lines.collect_view()}</ul>
            {answers}
        </Card>
    }
    .into_any()
}

/// `/users/:id/links`.
#[component]
pub fn AskLinkPage() -> impl IntoView {
    loaded(load_with_draft(ask_link_page), ask)
}

fn ask(
    AskPage {
        user,
        name,
        accounts,
        requests,
        form,
        refusal,
    }: AskPage,
) -> AnyView {
    let l = lang();
    let title = messages::works_elsewhere(l);
    let linked = accounts
        .iter()
        .map(|account| view! { <li>{account_summary(account)}</li> })
        .collect_view();
    let is_alone = accounts.is_empty();
    let earlier_requests = (!requests.is_empty()).then(|| {
        let lines = requests.into_iter().map(request).collect_view();
        view! { <Card title=messages::asked_before(l)><ul class="lines">{lines}</ul></Card> }
    });
    view! {
            <PageHeader title=title.clone() crumbs=crumbs(user, &name) lead=messages::works_elsewhere_is(l) />
            <div class="stack">
                <Card title=messages::linked_accounts(l)>
                    {is_alone.then(|| quiet_text(messages::no_linked_account(l)))}
                    <ul class="lines">{linked}</ul>
                </Card>
                {earlier_requests}
                <PostForm action=AskLink::url() title refusal>
                    <Hidden name="user" value=user.to_string() />
                    <FormSection title=messages::ask_link(l)>
                        <p class="quiet">{messages::ask_link_lead(l, name)}</p>
                        <TextField field=Field::OtherLogin value=form.other_login hint=messages::other_login_hint(l) required=true />
                        <TextArea field=Field::Reason value=form.reason hint=messages::ask_reason_hint(l) required=true />
                    </FormSection>
                    <SubmitBar submit=messages::send_request(l) cancel=Link::new(format!("/users/{user}"), messages::cancel(l)) />
                </PostForm>
            </div>
        }
        .into_any()
}

fn request(request: Request) -> AnyView {
    let l = lang();
    let Request {
        login_name,
        reason,
        asked,
        answer,
    } = request;
    let (badge, class) = match &answer {
        None => (messages::waiting(l), "badge warn"),
        Some(answer) if answer.is_proposed => (messages::approved(l), "badge good"),
        Some(_) => (messages::declined(l), "badge bad"),
    };
    let when = answer.as_ref().map(|answer| answer.when.text.clone());
    let why = answer
        .map(|answer| answer.why)
        .filter(|why| !why.is_empty())
        .map(|why| view! { <span class="hint" dir="auto">{why}</span> });
    let when = when.map_or_else(
        || asked.text.clone(),
        |when| messages::asked_and_answered(l, &asked.text, when),
    );
    view! {
        <li>
            <span>
                <b dir="auto">{login_name}</b>" "<span class=class>{badge}</span>
                <span class="hint">{when}</span>
                <span class="hint" dir="auto">{reason}</span>
                {why}
            </span>
        </li>
    }
    .into_any()
}
