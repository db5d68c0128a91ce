//! Server functions for offices and teams. Each is one call of `serve` or `submit`.

use leptos::prelude::*;
use usher_types::conflict::EditState;
use usher_types::units::{OfficeRow, TeamRow};
use usher_types::{OfficeName, TeamName, units as shared};

use crate::error::AppError;
#[cfg(feature = "ssr")]
use crate::notice::Notice;
#[cfg(feature = "ssr")]
use crate::request::{load_draft, serve, submit};
#[cfg(feature = "ssr")]
use usher_domain::{offices, teams};

#[server]
pub async fn office_list() -> Result<shared::OfficeList, AppError> {
    serve(|caller| async move { offices::list(&caller.scope).await }).await
}

#[server]
pub async fn office_page(office: String) -> Result<shared::OfficePage, AppError> {
    serve(|caller| async move { offices::page(&caller.scope, &office).await }).await
}

#[server]
pub async fn edit_office_page(
    office: String,
    draft: Option<String>,
) -> Result<EditState<shared::EditOffice>, AppError> {
    serve(|caller| async move {
        offices::form(&caller.scope, &office, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_office(#[server(flatten)] form: shared::EditOffice) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let office = offices::edit(&caller.scope, &form).await?;
        caller.flash(&if form.office.is_empty() {
            Notice::OfficeCreated
        } else {
            Notice::Saved
        });
        Ok(format!("/offices/{office}"))
    })
    .await
}

#[server]
pub async fn close_office_page(
    office: String,
    draft: Option<String>,
) -> Result<shared::ClosePage<OfficeRow, OfficeName>, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseOffice>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        offices::close_page(&caller.scope, &office, before).await
    })
    .await
}

#[server]
pub async fn close_office(#[server(flatten)] form: shared::CloseOffice) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        offices::close(&caller.scope, &form).await?;
        caller.flash(&Notice::OfficeClosed);
        Ok("/offices".to_owned())
    })
    .await
}

#[server]
pub async fn team_list() -> Result<shared::TeamList, AppError> {
    serve(|caller| async move { teams::list(&caller.scope).await }).await
}

#[server]
pub async fn team_page(team: String) -> Result<shared::TeamPage, AppError> {
    serve(|caller| async move { teams::page(&caller.scope, &team).await }).await
}

#[server]
pub async fn edit_team_page(
    team: String,
    draft: Option<String>,
) -> Result<shared::EditTeamPage, AppError> {
    serve(|caller| async move {
        teams::form(&caller.scope, &team, load_draft(&caller, draft).await?).await
    })
    .await
}

#[server]
pub async fn edit_team(#[server(flatten)] form: shared::EditTeam) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let team = teams::edit(&caller.scope, &form).await?;
        caller.flash(&if form.team.is_empty() {
            Notice::TeamCreated
        } else {
            Notice::Saved
        });
        Ok(format!("/teams/{team}"))
    })
    .await
}

#[server]
pub async fn close_team_page(
    team: String,
    draft: Option<String>,
) -> Result<shared::ClosePage<TeamRow, TeamName>, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::CloseTeam>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        teams::close_page(&caller.scope, &team, before).await
    })
    .await
}

#[server]
pub async fn close_team(#[server(flatten)] form: shared::CloseTeam) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        teams::close(&caller.scope, &form).await?;
        caller.flash(&Notice::TeamClosed);
        Ok("/teams".to_owned())
    })
    .await
}

#[server]
pub async fn members_page(
    team: String,
    q: String,
    draft: Option<String>,
) -> Result<shared::MembersPage, AppError> {
    serve(|caller| async move {
        let before = load_draft::<shared::ChangeMember>(&caller, draft)
            .await?
            .and_then(|draft| draft.refusal);
        teams::members(&caller.scope, &team, q, before).await
    })
    .await
}

#[server]
pub async fn add_member(#[server(flatten)] form: shared::ChangeMember) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let team = teams::assign_member(&caller.scope, &form).await?;
        caller.flash(&Notice::MemberAdded);
        Ok(format!("/teams/{team}/members"))
    })
    .await
}

#[server]
pub async fn remove_member(#[server(flatten)] form: shared::ChangeMember) -> Result<(), AppError> {
    submit(form, |caller, form| async move {
        let team = teams::remove_member(&caller.scope, &form).await?;
        caller.flash(&Notice::MemberRemoved);
        Ok(format!("/teams/{team}/members"))
    })
    .await
}
