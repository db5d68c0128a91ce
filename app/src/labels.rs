//! The texts of codes: fields, problems, warnings, refusals, roles, events. One function each, so
//! that the summary and the field show the same text.

use usher_types::access::{Preview, Sight};
use usher_types::accounts::State;
use usher_types::audit::{ActivityEntry, Actor, Event, Repeatable, Through};
use usher_types::clients::Part;
use usher_types::covers::Cover;
use usher_types::dashboards::{Anomaly, Widget};
use usher_types::explanations::{Way, What};
use usher_types::invisible::is_invisible;
use usher_types::mail::Delivery;
use usher_types::referrals::{Direction, Status as ReferralStatus};
use usher_types::refusal::{Closable, Done, Taken};
use usher_types::users::{AttentionFilter, Availability, Status};
use usher_types::{
    AdministratorAct, Area, BuiltInDashboard, BuiltInList, BuiltInRole, DashboardName, Field,
    GrantChange, Invalid, Language, ListName, Permission, Problem, Reach, ReferralStep, Refusal,
    RoleId, RoleName, SignInSetup, TeamName, Theme, Warning, durations, password,
};

use crate::messages;

/// The label of a field.
pub fn field(l: Language, field: Field) -> String {
    match field {
        Field::Form => String::new(),
        Field::FirstName => messages::first_name(l),
        Field::LastName => messages::last_name(l),
        Field::SingleName => messages::single_name(l),
        Field::Email => messages::email(l),
        Field::Phone => messages::phone(l),
        Field::JobTitle => messages::job_title(l),
        Field::Language => messages::language(l),
        Field::Theme => messages::theme(l),
        Field::IdentityNumber => messages::identity_number(l),
        Field::LoginName => messages::login_name(l),
        Field::Organisation => messages::organisation_name(l),
        Field::Roles => messages::roles(l),
        Field::WayIn => messages::way_in(l),
        Field::TemporaryPassword => messages::temporary_password(l),
        Field::Password => messages::password(l),
        Field::NewPassword => messages::new_password(l),
        Field::CurrentPassword => messages::current_password(l),
        Field::Reason => messages::reason(l),
        Field::OtherLogin => messages::other_login(l),
        Field::Role => messages::role(l),
        Field::UnitName => messages::unit_name(l),
        Field::Office => messages::office(l),
        Field::Teams => messages::teams(l),
        Field::Instead => messages::instead(l),
        Field::CoverTeams => messages::team_coverage(l),
        Field::CoverFrom => messages::cover_from(l),
        Field::CoverUntil => messages::cover_until(l),
        Field::CoverReason => messages::cover_reason(l),
        Field::RoleName => messages::name(l),
        Field::Purpose => messages::role_purpose(l),
        Field::Allows => messages::permissions(l),
        Field::Gives => messages::may_give(l),
        Field::Manages => messages::may_manage(l),
        Field::RequiresOffice => messages::requires_office_field(l),
        Field::ArchiveReason => messages::archive_reason(l),
        Field::Languages => messages::languages_offered(l),
        Field::TimeZone => messages::time_zone(l),
        Field::LoginNameFormat => messages::login_name_format(l),
        Field::OwnDomains => messages::own_domains(l),
        Field::RequiredFields => messages::required_fields(l),
        Field::ArchiveReasons => messages::archive_reasons(l),
        Field::SupportContact => messages::support_contact(l),
        Field::UsesLms => messages::uses_lms(l),
        Field::UsesPortal => messages::uses_portal(l),
        Field::Seats => messages::seats(l),
        Field::LicenceFrom => messages::licence_from(l),
        Field::LicenceUntil => messages::licence_until(l),
        Field::VendorAddress => messages::vendor_address(l),
        Field::Lists => messages::on_lists(l),
        Field::LmsManager => messages::lms_manager(l),
        Field::RequiresClient => messages::requires_client_field(l),
        Field::ClientNumber => messages::client_number(l),
        Field::ClientNote => messages::client_note(l),
        Field::Team => messages::team(l),
        Field::Responsible => messages::responsible(l),
        Field::Assistants => messages::assistants(l),
        Field::ClientAccess => messages::given_access(l),
        Field::LinkedClients => messages::linked_clients(l),
        Field::Clients => messages::clients(l),
        Field::To => messages::to_colleague(l),
        Field::Customers => messages::customers(l),
        Field::Config => messages::config(l),
        Field::Dashboards => messages::dashboards(l),
        Field::Widgets => messages::widgets(l),
        Field::BroughtBy => messages::brought_by(l),
        Field::From => messages::licence_from(l),
        Field::Until => messages::licence_until(l),
        Field::Description => messages::description(l),
        Field::Capacity => messages::capacity(l),
        Field::Contact => messages::contact(l),
        Field::Opening => messages::opening(l),
        Field::IsShared => messages::is_shared(l),
        Field::TakesReferrals => messages::takes_referrals(l),
        Field::Destination => messages::destination(l),
        Field::Why => messages::why_referred(l),
        Field::Note => messages::note(l),
    }
}

/// The relation of a colleague to a client.
pub fn part(l: Language, part: Part) -> String {
    match part {
        Part::Responsible => messages::responsible(l),
        Part::Assistant => messages::assistant(l),
        Part::Access => messages::given_access(l),
    }
}

/// The message of a problem with a field: what is wrong, and how to fix it.
pub fn problem(l: Language, at: Field, problem: &Problem) -> String {
    match (problem, at) {
        (Problem::Missing, Field::VendorAddress) => messages::problem_vendor_address(l),
        (Problem::Missing, _) => missing(l, at),
        (Problem::TooShort { least }, _) => messages::problem_too_short(l, subject(l, at), least),
        (Problem::TooLong { most }, _) => messages::problem_too_long(l, subject(l, at), most),
        (Problem::TooMany { most }, Field::Customers) => messages::problem_many_customers(l, most),
        (Problem::TooMany { most }, _) => messages::problem_many_lines(l, most),
        (Problem::Character { found }, Field::LoginName | Field::OtherLogin) => {
            messages::problem_login_character(l, character(l, *found))
        }
        (Problem::Character { found }, _) => {
            messages::problem_character(l, subject(l, at), character(l, *found))
        }
        (Problem::Control, _) => messages::problem_control(l, subject(l, at)),
        (Problem::BidiControl { found }, _) => {
            messages::problem_direction(l, subject(l, at), character(l, *found))
        }
        (Problem::Wrong, _) => wrong(l, at),
        (Problem::NoAt, _) => messages::problem_no_at(l),
        (Problem::Spaces, _) => messages::problem_spaces(l),
        (Problem::Interim, _) => messages::problem_interim(l),
        (Problem::Date, _) => messages::problem_date(l),
        (Problem::Checksum, _) => messages::problem_checksum(l),
        (Problem::Future, _) => messages::problem_future(l),
        (Problem::IdentityTaken, _) => messages::problem_identity_taken(l),
        (Problem::RemovedToo, _) => messages::problem_removed_too(l),
        (Problem::NotOffered, _) => messages::problem_not_offered(l),
        (Problem::NoDomain { found }, _) => messages::problem_domain(l, found),
        (Problem::NeedsConfig, _) => messages::problem_needs_config(l),
        (Problem::Closed { name }, _) => messages::problem_closed(l, name),
        (Problem::StillHeld { people: count }, _) => {
            messages::problem_still_held(l, people(l, *count, false))
        }
        (Problem::NoSeat { agreed: 1 }, Field::WayIn) => messages::problem_only_seat(l),
        (Problem::NoSeat { agreed }, Field::WayIn) => messages::problem_no_seat(l, agreed),
        (Problem::NoSeat { agreed: 1 }, _) => messages::problem_only_seat_to_invite(l),
        (Problem::NoSeat { agreed }, _) => messages::problem_no_seat_to_invite(l, agreed),
        (Problem::BeforeStart, Field::Until | Field::LicenceUntil) => messages::problem_last_day(l),
        (Problem::BeforeStart, _) => messages::problem_end(l),
        (Problem::Past, _) => messages::problem_past(l),
        (Problem::LongPeriod { most }, _) => messages::problem_long_period(l, most),
        (Problem::OwnTeam, _) => messages::problem_own_team(l),
        (Problem::CoveredAlready, _) => messages::problem_covered_already(l),
        (Problem::NeedsEmail, _) => messages::problem_needs_email(l),
        (Problem::MayNotGive, _) => messages::problem_may_not_assign(l),
        (Problem::NeedsOffice, Field::Role) => messages::problem_role_needs_office(l),
        (Problem::NeedsOffice, _) => messages::problem_needs_office(l),
        (Problem::NeedsTeam, _) => messages::problem_needs_team(l),
        (Problem::NeedsResponsible, _) => messages::problem_needs_responsible(l),
        (Problem::BeyondReach, _) => messages::problem_out_of_reach(l),
        (Problem::OtherOffice, _) => messages::problem_other_office(l),
        (Problem::CannotSignIn, _) => messages::problem_cannot_sign_in(l),
        (Problem::NoColleague, _) => messages::problem_no_colleague(l),
        (Problem::NeedsClient, _) => messages::problem_needs_client(l),
        (Problem::NeedsRecord, _) => messages::problem_needs_record(l),
        (Problem::HasAccount, _) => messages::problem_has_account(l),
        (Problem::LastClient, _) => messages::problem_last_client(l),
        (Problem::NobodysClients { clients: count }, _) => {
            messages::problem_takes_over(l, clients(l, *count, false))
        }
        (Problem::Same, Field::To) => messages::problem_same_person(l),
        (Problem::Same, Field::Email) => messages::problem_same_email(l),
        (Problem::Same, _) => messages::problem_same_password(l),
        (Problem::SameName, Field::ClientNumber) => messages::problem_client_number_taken(l),
        (Problem::SameName, _) => messages::problem_same_name(l),
        (Problem::AskedAlready, _) => messages::problem_requested(l),
        (Problem::TwoThere, _) => messages::problem_two_there(l),
        (Problem::OwnAccount, _) => messages::problem_own_account(l),
        (Problem::ProposedAlready, _) => messages::problem_proposed(l),
        (Problem::ProposalGone, _) => messages::problem_proposal_gone(l),
        (Problem::NotGiven, _) => messages::problem_not_assigned(l),
        (Problem::Loop { role: back }, _) => messages::problem_cycle(l, role(l, back)),
        (Problem::Beyond { role: beyond }, _) => messages::problem_beyond(l, role(l, beyond)),
        (Problem::NobodyGives, _) => messages::problem_nobody_assigns(l),
        (Problem::NameTaken(taken), _) => name_taken(l, taken),
        (Problem::EmailTaken(Taken::Elsewhere { .. }), _) => messages::problem_email_elsewhere(l),
        (Problem::EmailTaken(Taken::Bank { .. }), _) => messages::problem_email_bank(l),
        (Problem::EmailTaken(Taken::Here { .. }), _) => messages::problem_email_here(l),
        (Problem::NotOwnAddress, _) => messages::problem_not_own_address(l),
        (Problem::Weak(verdict), _) => weak(l, verdict),
        (Problem::WrongPassword, _) => messages::problem_wrong_password(l),
        (Problem::Unexpected { .. }, _) => messages::problem_unexpected(l),
    }
}

/// The message of a field without a value: what to enter or choose.
fn missing(l: Language, at: Field) -> String {
    match at {
        Field::FirstName => messages::enter_first_name(l),
        Field::LastName => messages::enter_last_name(l),
        Field::Email => messages::enter_email(l),
        Field::Phone => messages::enter_phone(l),
        Field::JobTitle => messages::enter_job_title(l),
        Field::Language => messages::enter_language(l),
        Field::IdentityNumber => messages::enter_identity_number(l),
        Field::LoginName | Field::OtherLogin => messages::enter_login_name(l),
        Field::Organisation => messages::enter_organisation(l),
        Field::Roles => messages::enter_roles(l),
        Field::Role => messages::enter_role(l),
        Field::WayIn => messages::enter_sign_in(l),
        Field::TemporaryPassword => messages::enter_temporary_password(l),
        Field::Password | Field::NewPassword => messages::enter_password(l),
        Field::CurrentPassword => messages::enter_current_password(l),
        Field::Reason => messages::enter_reason(l),
        Field::ArchiveReason => messages::enter_archive_reason(l),
        Field::UnitName | Field::RoleName => messages::enter_name(l),
        Field::Office => messages::enter_office(l),
        Field::Teams | Field::Team => messages::enter_team(l),
        Field::Instead => messages::choose_instead(l),
        Field::CoverTeams => messages::enter_cover_teams(l),
        Field::CoverFrom => messages::enter_cover_from(l),
        Field::CoverUntil => messages::enter_cover_until(l),
        Field::CoverReason => messages::enter_cover_reason(l),
        Field::Purpose => messages::enter_purpose(l),
        Field::Allows => messages::enter_permissions(l),
        Field::Languages => messages::enter_languages(l),
        Field::TimeZone => messages::enter_time_zone(l),
        Field::LoginNameFormat => messages::enter_format(l),
        Field::OwnDomains => messages::enter_domains(l),
        Field::ArchiveReasons => messages::enter_archive_reasons(l),
        Field::SupportContact => messages::enter_support_contact(l),
        Field::Seats => messages::enter_seats(l),
        Field::LicenceFrom | Field::From => messages::enter_first_day(l),
        Field::LicenceUntil | Field::Until => messages::enter_last_day(l),
        Field::ClientNumber => messages::enter_client_number(l),
        Field::ClientNote => messages::enter_client_note(l),
        Field::Responsible => messages::choose_responsible(l),
        Field::LinkedClients | Field::Clients => messages::enter_clients(l),
        Field::To => messages::choose_who_takes(l),
        Field::Customers => messages::enter_customers(l),
        Field::Config => messages::enter_config(l),
        Field::Dashboards => messages::enter_dashboards(l),
        Field::Widgets => messages::enter_widgets(l),
        Field::Description => messages::enter_description(l),
        Field::Capacity => messages::enter_capacity(l),
        Field::Contact => messages::enter_contact(l),
        Field::Opening => messages::enter_opening(l),
        Field::Destination => messages::enter_recipient(l),
        Field::Why => messages::enter_referral_reason(l),
        Field::Note => messages::enter_note(l),
        other => messages::enter_other(l, field(l, other)),
    }
}

/// The message of a field whose value cannot be used.
fn wrong(l: Language, at: Field) -> String {
    match at {
        Field::Email => messages::problem_email(l),
        Field::IdentityNumber => messages::problem_identity_number(l),
        Field::Seats => messages::problem_seats(l),
        Field::Capacity => messages::problem_capacity(l),
        Field::LicenceFrom | Field::LicenceUntil | Field::From | Field::Until => {
            messages::problem_day(l)
        }
        Field::CoverFrom | Field::CoverUntil => messages::problem_moment(l),
        Field::Clients => messages::problem_clients(l),
        Field::LinkedClients => messages::problem_linked_clients(l),
        Field::Config => messages::problem_config(l),
        Field::Customers => messages::problem_customers(l),
        Field::Office
        | Field::Teams
        | Field::Instead
        | Field::CoverTeams
        | Field::Lists
        | Field::Dashboards
        | Field::BroughtBy
        | Field::Destination => messages::problem_gone(l),
        _ => messages::problem_changed(l),
    }
}

/// The text of a field as the subject of a sentence. A field that is chosen, not typed, is its
/// label.
fn subject(l: Language, at: Field) -> String {
    match at {
        Field::FirstName => messages::the_first_name(l),
        Field::LastName => messages::the_last_name(l),
        Field::Email => messages::the_email(l),
        Field::Phone => messages::the_phone(l),
        Field::JobTitle => messages::the_job_title(l),
        Field::IdentityNumber => messages::the_identity_number(l),
        Field::LoginName | Field::OtherLogin => messages::the_login_name(l),
        Field::Organisation => messages::the_organisation(l),
        Field::TemporaryPassword => messages::the_temporary_password(l),
        Field::Password | Field::NewPassword | Field::CurrentPassword => messages::the_password(l),
        Field::Reason | Field::ArchiveReason => messages::the_reason(l),
        Field::UnitName | Field::RoleName => messages::the_name(l),
        Field::CoverReason => messages::the_cover_reason(l),
        Field::Purpose => messages::the_text(l),
        Field::OwnDomains => messages::the_domain(l),
        Field::ArchiveReasons => messages::the_archive_reason(l),
        Field::SupportContact => messages::the_support_contact(l),
        Field::VendorAddress => messages::the_vendor_address(l),
        Field::ClientNumber => messages::the_client_number(l),
        Field::ClientNote => messages::the_client_note(l),
        Field::Config => messages::the_config(l),
        Field::Description => messages::the_description(l),
        Field::Contact => messages::the_contact(l),
        Field::Opening => messages::the_opening(l),
        Field::Why => messages::the_referral_reason(l),
        Field::Note => messages::the_note(l),
        other => field(l, other),
    }
}

/// A character that is not allowed in a field. A space or an invisible character is named, because
/// it would not be visible between quotation marks.
fn character(l: Language, found: char) -> String {
    match found {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => messages::character_line_break(l),
        space if space.is_whitespace() => messages::character_space(l),
        hidden if hidden.is_control() || hidden == '\u{2800}' || is_invisible(hidden) => {
            messages::character_hidden(l, format_args!("{:04X}", hidden as u32))
        }
        seen => messages::character_seen(l, seen),
    }
}

fn name_taken(l: Language, taken: &Taken) -> String {
    match taken {
        Taken::Here { user: None } => messages::problem_name_here_ask(l),
        Taken::Here { .. } => messages::problem_name_here(l),
        Taken::Bank { user: None, .. } => messages::problem_name_bank_ask(l),
        Taken::Bank { .. } => messages::problem_name_bank(l),
        Taken::Elsewhere { .. } => messages::problem_name_elsewhere(l),
    }
}

fn weak(l: Language, verdict: &password::Verdict) -> String {
    if !verdict.long_enough {
        messages::problem_password_short(l, password::MIN_LENGTH)
    } else if verdict.too_long {
        messages::problem_password_long(l, password::MAX_LENGTH)
    } else if !verdict.uncommon {
        messages::problem_password_common(l)
    } else if !verdict.without_names {
        messages::problem_password_names(l)
    } else {
        messages::problem_password_guess(l)
    }
}

/// The text of a warning.
pub fn warning(l: Language, warning: &Warning) -> String {
    match warning {
        Warning::SameName { people, .. } => messages::warn_same_name(l, people),
        Warning::Format { proposal } => messages::warn_format(l, proposal),
        Warning::EmailTypo { suggestion } => messages::warn_email(l, suggestion),
        Warning::Holders {
            people: count,
            shift: change,
        } if change.is_gain() => {
            messages::warn_gain(l, people(l, *count, false), grant_change(l, change))
        }
        Warning::Holders {
            people: count,
            shift: change,
        } => messages::warn_lose(l, people(l, *count, false), grant_change(l, change)),
        Warning::WithoutOffice { people: count } => {
            messages::warn_without_office(l, people(l, *count, false))
        }
        Warning::WithoutClient { people: count } => {
            messages::warn_without_client(l, people(l, *count, false))
        }
        Warning::ClientsUnable { clients: count } => {
            messages::warn_clients_unable(l, clients(l, *count, false))
        }
        Warning::FewAdministrators => messages::warn_few(l),
        Warning::ForeignDomain { domain } => messages::warn_foreign_domain(l, domain),
        Warning::LastSeat { agreed: 1 } => messages::warn_only_seat(l),
        Warning::LastSeat { agreed } => messages::warn_last_seat(l, agreed),
        Warning::Full => messages::warn_full(l),
        Warning::SeatsTaken { used: 1 } => messages::warn_seat_taken(l),
        Warning::SeatsTaken { used } => messages::warn_seats_taken(l, used),
    }
}

/// The text of a refusal.
pub fn refusal(l: Language, refusal: &Refusal) -> String {
    match refusal {
        Refusal::SignIn => messages::refused_sign_in(l),
        Refusal::WrongLogin => messages::refused_wrong_login(l),
        Refusal::ChangePasswordFirst => messages::change_password_first_why(l),
        Refusal::Forbidden => messages::refused_forbidden(l),
        Refusal::Nowhere => messages::refused_nowhere(l),
        Refusal::NotFound => messages::refused_not_found(l),
        // a page without the form shows the problems, too
        Refusal::Invalid(Invalid(fields)) if !fields.is_empty() => fields
            .iter()
            .map(|(at, wrong)| problem(l, *at, wrong))
            .collect::<Vec<_>>()
            .join(". "),
        Refusal::Warned(warnings) if !warnings.is_empty() => warnings
            .iter()
            .map(|warned| warning(l, warned))
            .collect::<Vec<_>>()
            .join(" "),
        Refusal::Invalid(_) => messages::problem(l),
        Refusal::Warned(_) => messages::possible_errors(l),
        Refusal::Conflict => messages::refused_conflict(l),
        Refusal::AlreadyDone(Done::UserArchived { .. }) => messages::refused_user_archived(l),
        Refusal::AlreadyDone(Done::UserRestored { .. }) => messages::refused_user_restored(l),
        Refusal::AlreadyDone(Done::ClientArchived { .. }) => messages::refused_client_archived(l),
        Refusal::AlreadyDone(Done::ClientRestored { .. }) => messages::refused_client_restored(l),
        Refusal::AlreadyDone(Done::Closed { .. }) => messages::refused_closed(l),
        Refusal::AlreadyDone(Done::Administrator { act, .. }) => match act {
            AdministratorAct::Archive => messages::refused_administrator_archived(l),
            AdministratorAct::RemoveRole => messages::refused_administrator_removed(l),
            AdministratorAct::Restore | AdministratorAct::Invite => {
                messages::refused_user_restored(l)
            }
        },
        Refusal::AlreadyDone(Done::CoverEnded { .. }) => messages::refused_cover_ended(l),
        Refusal::AlreadyDone(Done::CaseloadReturned { .. }) => {
            messages::refused_caseload_returned(l)
        }
        Refusal::CannotMove { people: count } => {
            messages::refused_cannot_move(l, people(l, *count, false))
        }
        Refusal::WouldLockOut => messages::refused_lock_out(l),
        Refusal::OtherOrganisation => messages::refused_other_organisation(l),
        Refusal::Suspended => messages::refused_suspended(l),
        Refusal::CannotSwitch => messages::refused_cannot_switch(l),
        Refusal::DeadLink => messages::link_unusable_why(l),
        Refusal::Slow { seconds: 1 } => messages::refused_slow_one(l),
        Refusal::Slow { seconds } if *seconds > 120 => {
            messages::refused_slow_minutes(l, seconds.div_ceil(60))
        }
        Refusal::Slow { seconds } => messages::refused_slow(l, seconds),
        Refusal::Stale => messages::refused_stale(l),
        Refusal::Busy => messages::refused_busy(l),
        Refusal::Unavailable => messages::refused_unavailable(l),
        Refusal::Fault { reference } => messages::refused_fault(l, reference),
    }
}

/// A link to the next step after a refusal: address and label.
pub fn recovery_link(l: Language, refusal: &Refusal) -> Option<(String, String)> {
    let Refusal::AlreadyDone(done) = refusal else {
        return None;
    };
    Some(match done {
        Done::UserArchived { user } => {
            (format!("/users/{user}/restore"), messages::restore_user(l))
        }
        Done::UserRestored { user } => (format!("/users/{user}"), messages::open_account(l)),
        Done::ClientArchived { client } | Done::ClientRestored { client } => {
            (format!("/clients/{client}"), messages::open_client(l))
        }
        Done::Closed { what } => {
            let (list, label) = match what {
                Closable::Office => ("/offices", messages::offices(l)),
                Closable::Team => ("/teams", messages::teams(l)),
                Closable::List => ("/lists", messages::lists(l)),
                Closable::Customer | Closable::Contract => ("/customers", messages::customers(l)),
                Closable::Dashboard => ("/dashboards", messages::dashboards(l)),
                Closable::Resource => ("/resources", messages::resources(l)),
            };
            (list.to_owned(), label)
        }
        Done::Administrator { organisation, .. } => (
            format!("/organisations/{organisation}"),
            messages::open_organisation(l),
        ),
        Done::CoverEnded { user } => (
            format!("/users/{user}/coverage"),
            messages::team_coverage(l),
        ),
        Done::CaseloadReturned { user } => {
            (format!("/users/{user}/caseload"), messages::caseload(l))
        }
    })
}

/// A check of the access help, as a statement that is true if the check passes.
pub fn access_check(l: Language, what: &What) -> String {
    let within = |how_far: &Reach| reach(l, *how_far).to_lowercase();
    match what {
        What::Here => messages::check_here(l),
        What::NotArchived(None) => messages::check_not_archived(l),
        What::NotArchived(Some(reason)) => messages::check_not_archived_because(l, reason),
        What::NotSuspended => messages::check_not_suspended(l),
        What::WayIn(Way::Password) => messages::check_way_password(l),
        What::WayIn(Way::Temporary(until)) => messages::check_way_temporary(l, &until.text),
        What::WayIn(Way::Expired(since)) => messages::check_way_expired(l, &since.text),
        What::WayIn(Way::Invited) => messages::check_way_invited(l),
        What::WayIn(Way::None) => messages::check_way_none(l),
        What::NotSlowed(None) => messages::check_not_slowed(l),
        What::NotSlowed(Some(until)) => messages::check_slowed(l, &until.text),
        What::LastSignIn(Some(when)) => messages::check_last_sign_in(l, &when.text),
        What::LastSignIn(None) => messages::check_never_signed_in(l),
        What::LastFailure(when) => messages::check_last_failure(l, &when.text),
        What::SeesPeople(Some(how_far)) => messages::check_sees(l, within(how_far)),
        What::SeesPeople(None) => messages::check_sees_none(l),
        What::SameOffice(office) => messages::check_same_office(l, office),
        What::Near(how_far) => messages::check_near(l, within(how_far)),
        What::SeesBank => messages::check_sees_bank(l),
        What::SeesClients(Some(how_far)) => messages::check_sees_clients(l, within(how_far)),
        What::SeesClients(None) => messages::check_sees_no_clients(l),
        What::ClientNear(how_far) => messages::check_client_near(l, within(how_far)),
        What::CoversClient => messages::check_covers_client(l),
        What::ClientArchived => messages::check_client_archived(l),
        What::Covers => messages::check_covers(l),
        What::AddsPeople(Some(how_far)) => messages::check_adds(l, within(how_far)),
        What::AddsPeople(None) => messages::check_adds_none(l),
        What::Gives(roles) if roles.is_empty() => messages::check_gives_none(l),
        What::Gives(roles) => messages::check_gives(
            l,
            roles
                .iter()
                .map(|named| role(l, named))
                .collect::<Vec<_>>()
                .join(", "),
        ),
        What::RoleNeeded => messages::check_role_needed(l),
        What::SeatLeft(seats) => messages::check_seat(l, seats.used, seats.agreed),
        What::OfficeNeeded => messages::check_office_needed(l),
        What::HasTeam => messages::check_has_team(l),
        What::NameFree(Availability::Taken(taken)) => {
            messages::check_name_taken(l, name_taken(l, taken))
        }
        What::NameFree(Availability::Wrong(wrong)) => {
            messages::check_name_taken(l, problem(l, Field::LoginName, wrong))
        }
        What::NameFree(Availability::Free) => messages::check_name_free(l),
        What::AddressFree => messages::check_address_free(l),
    }
}

/// Why a user cannot switch to an account, and what to do. `None` if they can.
pub fn account_state(l: Language, state: State) -> Option<String> {
    match state {
        State::Ready => None,
        State::Temporary => Some(messages::state_temporary(l)),
        State::Invited => Some(messages::state_invited(l)),
        State::NoWayIn => Some(messages::state_no_way_in(l)),
        State::Archived => Some(messages::state_archived(l)),
        State::Suspended => Some(messages::state_suspended(l)),
        State::Reset => Some(messages::state_reset(l)),
    }
}

/// The text of a status badge.
pub fn status(l: Language, status: Status) -> String {
    match status {
        Status::Active => messages::status_active(l),
        Status::Invited => messages::status_invited(l),
        Status::NoWayIn => messages::status_no_way_in(l),
        Status::Archived => messages::status_archived(l),
    }
}

/// The status of a referral.
pub fn referral_status(l: Language, status: ReferralStatus) -> String {
    match status {
        ReferralStatus::Sent => messages::referral_sent(l),
        ReferralStatus::Asked => messages::referral_asked(l),
        ReferralStatus::Accepted => messages::referral_accepted(l),
        ReferralStatus::Declined => messages::referral_declined(l),
        ReferralStatus::Withdrawn => messages::referral_withdrawn(l),
        ReferralStatus::Ended => messages::referral_ended(l),
    }
}

/// The direction of a referral.
pub fn direction(l: Language, direction: Direction) -> String {
    match direction {
        Direction::Internal => messages::direction_internal(l),
        Direction::Sent => messages::direction_sent(l),
        Direction::Received => messages::direction_received(l),
    }
}

/// A step of a referral, as the end of a sentence that begins with the actor.
pub fn step(l: Language, step: ReferralStep) -> String {
    match step {
        ReferralStep::Sent => messages::step_sent(l),
        ReferralStep::Asked => messages::step_asked(l),
        ReferralStep::Replied => messages::step_replied(l),
        ReferralStep::Accepted => messages::step_accepted(l),
        ReferralStep::Declined => messages::step_declined(l),
        ReferralStep::Withdrawn => messages::step_withdrawn(l),
        ReferralStep::Ended => messages::step_ended(l),
        ReferralStep::Undelivered => messages::step_undelivered(l),
    }
}

/// The button for a step of a referral.
pub fn referral_action(l: Language, step: ReferralStep) -> String {
    match step {
        ReferralStep::Sent | ReferralStep::Undelivered => messages::send_referral(l),
        ReferralStep::Asked => messages::act_ask(l),
        ReferralStep::Replied => messages::act_reply(l),
        ReferralStep::Accepted => messages::act_accept(l),
        ReferralStep::Declined => messages::act_decline(l),
        ReferralStep::Withdrawn => messages::act_withdraw(l),
        ReferralStep::Ended => messages::act_end(l),
    }
}

/// The name of a role.
pub fn role(l: Language, role: &RoleName) -> String {
    let Some(built_in) = role.built_in else {
        return role.name.clone();
    };
    built_in_role(l, built_in)
}

/// The name of a built-in role.
pub fn built_in_role(l: Language, role: BuiltInRole) -> String {
    match role {
        BuiltInRole::User => messages::role_user(l),
        BuiltInRole::SystemAdministrator => messages::role_system_administrator(l),
        BuiltInRole::OrganisationAdministrator => messages::role_organisation_administrator(l),
        BuiltInRole::SecurityAdministrator => messages::role_security_administrator(l),
        BuiltInRole::PortalAdministrator => messages::role_portal_administrator(l),
        BuiltInRole::SuperUser => messages::role_super_user(l),
        BuiltInRole::Supervisor => messages::role_supervisor(l),
        BuiltInRole::Caseworker => messages::role_caseworker(l),
        BuiltInRole::Staff => messages::role_staff(l),
        BuiltInRole::Viewer => messages::role_viewer(l),
        BuiltInRole::Assistant => messages::role_assistant(l),
        BuiltInRole::Client => messages::role_client(l),
    }
}

/// The name of a list.
pub fn list(l: Language, list: &ListName) -> String {
    list.built_in
        .map_or_else(|| list.name.clone(), |built_in| built_in_list(l, built_in))
}

/// The name of a built-in list.
pub fn built_in_list(l: Language, list: BuiltInList) -> String {
    match list {
        BuiltInList::CareCoordinators => messages::list_care_coordinators(l),
        BuiltInList::Supervisors => messages::list_supervisors(l),
    }
}

/// The value of a field in the audit log. Built-in names are stored as keys and translated here.
pub fn changed(l: Language, field: Field, text: &str) -> String {
    let named = |name: &str| match field {
        Field::Lists => BuiltInList::from_code(name).map(|list| built_in_list(l, list)),
        Field::Dashboards | Field::UnitName => {
            BuiltInDashboard::from_code(name).map(|dashboard| built_in_dashboard(l, dashboard))
        }
        Field::Widgets => Widget::from_code(name).map(|shown| widget(l, shown)),
        Field::BroughtBy => BuiltInRole::from_code(name).map(|role| built_in_role(l, role)),
        _ => None,
    };
    if !matches!(
        field,
        Field::Lists | Field::Dashboards | Field::UnitName | Field::Widgets | Field::BroughtBy
    ) {
        return text.to_owned();
    }
    text.split(", ")
        .map(|name| named(name).unwrap_or_else(|| name.to_owned()))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The name of a dashboard.
pub fn dashboard(l: Language, dashboard: &DashboardName) -> String {
    dashboard.built_in.map_or_else(
        || dashboard.name.clone(),
        |built_in| built_in_dashboard(l, built_in),
    )
}

/// The name of a built-in dashboard.
pub fn built_in_dashboard(l: Language, dashboard: BuiltInDashboard) -> String {
    match dashboard {
        BuiltInDashboard::Administrators => messages::dashboard_administrators(l),
        BuiltInDashboard::Supervisors => messages::dashboard_supervisors(l),
        BuiltInDashboard::Caseworkers => messages::dashboard_caseworkers(l),
    }
}

/// The name of an attention filter of the user list.
pub fn attention_filter(l: Language, watch: AttentionFilter) -> String {
    let shown = match watch {
        AttentionFilter::NotNotified => Widget::NotNotified,
        AttentionFilter::NeverSignedIn => Widget::NeverSignedIn,
        AttentionFilter::Inactive => Widget::Inactive,
        AttentionFilter::Expiring => Widget::Expiring,
        AttentionFilter::Expired => return messages::sign_in_expired(l),
        AttentionFilter::NotOwnAddress => return messages::not_own_address(l),
    };
    widget(l, shown)
}

/// The name of a widget.
pub fn widget(l: Language, widget: Widget) -> String {
    match widget {
        Widget::MyClients => messages::card_my_clients(l),
        Widget::TeamQueue => messages::card_team_queue(l),
        Widget::MyReferrals => messages::card_my_referrals(l),
        Widget::ReferralsToAnswer => messages::card_referrals_to_answer(l),
        Widget::NotNotified => messages::card_not_notified(l),
        Widget::NoWayIn => messages::card_no_sign_in(l),
        Widget::NeverSignedIn => messages::card_never_signed_in(l),
        Widget::Inactive => messages::card_inactive(l),
        Widget::Expiring => messages::card_expiring(l),
        Widget::Seats => messages::seats(l),
        Widget::CoverEnding => messages::card_cover_ending(l),
        Widget::SignIns => messages::sign_ins_per_week(l),
        Widget::Unusual => messages::card_unusual(l),
    }
}

/// The description of a widget.
pub fn widget_why(l: Language, widget: Widget) -> String {
    match widget {
        Widget::MyClients => messages::card_my_clients_why(l),
        Widget::TeamQueue => messages::card_team_queue_why(l),
        Widget::MyReferrals => messages::card_my_referrals_why(l),
        Widget::ReferralsToAnswer => messages::card_referrals_to_answer_why(l),
        Widget::NotNotified => messages::card_not_notified_why(l),
        Widget::NoWayIn => messages::card_no_sign_in_why(l),
        Widget::NeverSignedIn => messages::card_never_signed_in_why(l),
        Widget::Inactive => messages::card_inactive_why(l, AttentionFilter::DAYS),
        Widget::Expiring => messages::card_expiring_why(l, AttentionFilter::ENDS_WITHIN),
        Widget::Seats => messages::card_seats_why(l),
        Widget::CoverEnding => {
            messages::card_cover_ending_why(l, durations::days(durations::COVER_ENDING))
        }
        Widget::SignIns => messages::card_sign_ins_why(l),
        Widget::Unusual => {
            let [refused, night, refusals] = Anomaly::ALL.map(Anomaly::least);
            messages::card_unusual_why(
                l,
                durations::days(durations::ANOMALIES),
                refused,
                night,
                refusals,
            )
        }
    }
}

/// The text of a widget without entries.
pub fn widget_empty(l: Language, widget: Widget) -> String {
    match widget {
        Widget::MyClients => messages::card_my_clients_empty(l),
        Widget::TeamQueue => messages::card_team_queue_empty(l),
        Widget::MyReferrals => messages::card_my_referrals_empty(l),
        Widget::ReferralsToAnswer => messages::card_referrals_to_answer_empty(l),
        Widget::CoverEnding => messages::card_cover_ending_empty(l),
        Widget::Unusual => messages::card_unusual_empty(l),
        _ => messages::card_people_empty(l),
    }
}

/// The second count of a widget, as text.
pub fn count_note(l: Language, widget: Widget, count: String) -> String {
    match widget {
        Widget::MyClients => messages::also_in_queues(l, count),
        Widget::MyReferrals => messages::also_with_question(l, count),
        Widget::Inactive => {
            messages::also_long_inactive(l, count, durations::days(durations::LONG_INACTIVE))
        }
        _ => messages::also_expired(l, count),
    }
}

/// An anomaly, and how often it occurred.
pub fn anomaly(l: Language, odd: Anomaly, times: u32) -> String {
    match odd {
        Anomaly::RefusedSignIns => messages::anomaly_sign_ins(l, times),
        Anomaly::AtNight => messages::anomaly_night(l, times),
        Anomaly::Refusals => messages::anomaly_refusals(l, times),
    }
}

/// A number of people. `more` means that there are more than were counted.
pub fn people(l: Language, count: u32, more: bool) -> String {
    counted(
        count,
        more,
        [
            messages::person_one(l),
            messages::people_of(l, count),
            messages::people_more(l, count),
        ],
    )
}

/// A number of clients. `more` means that there are more than were counted.
pub fn clients(l: Language, count: u32, more: bool) -> String {
    counted(
        count,
        more,
        [
            messages::client_one(l),
            messages::clients_of(l, count),
            messages::clients_more(l, count),
        ],
    )
}

/// The number of people and clients that a user can see.
pub fn visible_counts(l: Language, sight: &Sight) -> String {
    let Sight {
        people: seen,
        clients: served,
    } = sight;
    let seen = people(l, seen.count, seen.more);
    if served.count == 0 {
        seen
    } else {
        messages::both(l, seen, clients(l, served.count, served.more))
    }
}

/// A number of customers. `more` means that there are more than were counted.
pub fn customers(l: Language, count: u32, more: bool) -> String {
    counted(
        count,
        more,
        [
            messages::customer_one(l),
            messages::customers_of(l, count),
            messages::customers_more(l, count),
        ],
    )
}

/// A number of resources, with `more` as for people.
pub fn resources(l: Language, count: u32, more: bool) -> String {
    counted(
        count,
        more,
        [
            messages::resource_one(l),
            messages::resources_of(l, count),
            messages::resources_more(l, count),
        ],
    )
}

/// A number of referrals, with `more` as for people.
pub fn referrals(l: Language, count: u32, more: bool) -> String {
    counted(
        count,
        more,
        [
            messages::referral_one(l),
            messages::referrals_of(l, count),
            messages::referrals_more(l, count),
        ],
    )
}

/// A number of organisations, with `more` as for people.
pub fn organisations(l: Language, count: u32, more: bool) -> String {
    counted(
        count,
        more,
        [
            messages::organisation_one(l),
            messages::organisations_of(l, count),
            messages::organisations_more(l, count),
        ],
    )
}

/// Chooses the text for one, for several, or for more than were counted.
fn counted(count: u32, more: bool, [one, several, over]: [String; 3]) -> String {
    match (count, more) {
        (_, true) => over,
        (1, false) => one,
        (_, false) => several,
    }
}

/// A number of contracts.
pub fn contracts(l: Language, count: u32) -> String {
    if count == 1 {
        messages::contract_one(l)
    } else {
        messages::contracts_of(l, count)
    }
}

/// A number of teams.
pub fn teams(l: Language, count: u32) -> String {
    if count == 1 {
        messages::team_one(l)
    } else {
        messages::teams_of(l, count)
    }
}

/// The effect of a change on the permissions of a user. Each reach is named once.
pub fn preview(l: Language, preview: &Preview) -> String {
    let by_reach = |pairs: &[(Permission, Reach)],
                    sentence: fn(Language, String, String) -> String| {
        let widest_first = Reach::ALL.into_iter().rev();
        let sentences = widest_first.filter_map(|how_far| {
            let reached = pairs.iter().filter(|(_, reach)| *reach == how_far);
            let names: Vec<_> = reached.map(|(named, _)| permission(l, *named)).collect();
            (!names.is_empty())
                .then(|| sentence(l, reach(l, how_far).to_lowercase(), names.join(", ")))
        });
        sentences.collect::<Vec<_>>()
    };
    let mut parts = by_reach(&preview.gains, |l, reach, what| {
        messages::preview_gains(l, reach, what)
    });
    parts.extend(by_reach(&preview.loses, |l, reach, what| {
        messages::preview_loses(l, reach, what)
    }));
    if preview.before != preview.after {
        parts.push(messages::preview_sees(l, visible_counts(l, &preview.after)));
    }
    if parts.is_empty() {
        messages::preview_nothing(l)
    } else {
        parts.join(" ")
    }
}

/// The name of a permission.
pub fn permission(l: Language, permission: Permission) -> String {
    match permission {
        Permission::OwnProfile => messages::permission_own_profile(l),
        Permission::ViewUsers => messages::permission_view_users(l),
        Permission::CreateUsers => messages::permission_create_users(l),
        Permission::EditUsers => messages::permission_edit_users(l),
        Permission::GiveRoles => messages::permission_give_roles(l),
        Permission::ManageSignIn => messages::permission_manage_sign_in(l),
        Permission::ArchiveUsers => messages::permission_archive_users(l),
        Permission::UserBank => messages::permission_user_bank(l),
        Permission::ViewActivity => messages::permission_view_activity(l),
        Permission::ViewRoles => messages::permission_view_roles(l),
        Permission::EditRoles => messages::permission_edit_roles(l),
        Permission::ManageOffices => messages::permission_manage_offices(l),
        Permission::ManageTeams => messages::permission_manage_teams(l),
        Permission::ManageLists => messages::permission_manage_lists(l),
        Permission::ViewClients => messages::permission_view_clients(l),
        Permission::EditClients => messages::permission_edit_clients(l),
        Permission::ViewReferrals => messages::permission_view_referrals(l),
        Permission::CreateReferrals => messages::permission_create_referrals(l),
        Permission::AnswerReferrals => messages::permission_answer_referrals(l),
        Permission::ViewResources => messages::permission_view_resources(l),
        Permission::ManageResources => messages::permission_manage_resources(l),
        Permission::ViewReports => messages::permission_view_reports(l),
        Permission::ManageCustomers => messages::permission_manage_customers(l),
        Permission::ManageDashboards => messages::permission_manage_dashboards(l),
        Permission::ManageSettings => messages::permission_manage_settings(l),
        Permission::ManageOrganisations => messages::permission_manage_organisations(l),
        Permission::LinkAccounts => messages::permission_link_accounts(l),
        Permission::SignIn | Permission::FollowLink | Permission::SetUp => {
            messages::permission_of_visitors(l)
        }
        Permission::SendMail | Permission::RunMaintenance => messages::permission_of_system(l),
    }
}

/// The name of an area of permissions.
pub fn area(l: Language, area: Area) -> String {
    match area {
        Area::Own => messages::area_own(l),
        Area::People => messages::area_people(l),
        Area::Access => messages::area_access(l),
        Area::Roles => messages::area_roles(l),
        Area::Units => messages::area_units(l),
        Area::Clients => messages::area_clients(l),
        Area::Referrals => messages::area_referrals(l),
        Area::Organisation => messages::area_organisation(l),
        Area::Installation => messages::area_installation(l),
    }
}

/// A change of the grants of a role.
fn grant_change(l: Language, shift: &GrantChange<RoleName>) -> String {
    let reach =
        |held: Option<Reach>| held.map_or_else(|| messages::reach_none(l), |held| reach(l, held));
    match shift {
        GrantChange::Allows {
            permission: which,
            before,
            after,
        } => messages::shift_allows(l, permission(l, *which), reach(*before), reach(*after)),
        GrantChange::Gives { role: which, .. } => messages::shift_gives(l, role(l, which)),
        GrantChange::Manages { role: which, .. } => messages::shift_manages(l, role(l, which)),
    }
}

/// The changes of the grants of a role that an event recorded.
pub fn grant_changes(l: Language, line: &ActivityEntry) -> Vec<String> {
    let Event::RoleEdited { shifts, .. } = &line.event else {
        return Vec::new();
    };
    let named = |id: &RoleId| line.roles.iter().find(|role| role.id == *id).cloned();
    let shifts = shifts.iter().filter_map(|shift| shift.clone().name(named));
    shifts
        .map(|change| {
            if change.is_gain() {
                messages::gained(l, grant_change(l, &change))
            } else {
                messages::lost(l, grant_change(l, &change))
            }
        })
        .collect()
}

/// The reach of a permission.
pub fn reach(l: Language, reach: Reach) -> String {
    match reach {
        Reach::Own => messages::reach_own(l),
        Reach::Team => messages::reach_team(l),
        Reach::Office => messages::reach_office(l),
        Reach::Organisation => messages::reach_organisation(l),
    }
}

/// Who a role is for (OG-09, OG-15, CS-23). The organisation's own text has precedence.
pub fn role_purpose(l: Language, role: &RoleName, own: &str) -> String {
    if !own.is_empty() {
        return own.to_owned();
    }
    match role.built_in {
        None => String::new(),
        Some(BuiltInRole::User) => messages::role_always(l),
        Some(BuiltInRole::SystemAdministrator) => messages::purpose_system_administrator(l),
        Some(BuiltInRole::OrganisationAdministrator) => {
            messages::purpose_organisation_administrator(l)
        }
        Some(BuiltInRole::SecurityAdministrator) => messages::purpose_security_administrator(l),
        Some(BuiltInRole::PortalAdministrator) => messages::purpose_portal_administrator(l),
        Some(BuiltInRole::SuperUser) => messages::purpose_super_user(l),
        Some(BuiltInRole::Supervisor) => messages::purpose_supervisor(l),
        Some(BuiltInRole::Caseworker) => messages::purpose_caseworker(l),
        Some(BuiltInRole::Staff) => messages::purpose_staff(l),
        Some(BuiltInRole::Viewer) => messages::purpose_viewer(l),
        Some(BuiltInRole::Assistant) => messages::purpose_assistant(l),
        Some(BuiltInRole::Client) => messages::purpose_client(l),
    }
}

/// An event, as the end of a sentence that begins with the actor.
pub fn event(l: Language, line: &ActivityEntry) -> String {
    let roles: Vec<_> = line.roles.iter().map(|named| role(l, named)).collect();
    let roles = roles.join(", ");
    let unit = line.unit.as_deref().unwrap_or_default();
    let other = line.other.as_deref().unwrap_or_default();
    match &line.event {
        Event::OrganisationCreated => messages::event_organisation_created(l),
        Event::OrganisationEdited { .. } => messages::event_organisation_edited(l),
        Event::OrganisationSuspended { .. } => messages::event_organisation_suspended(l),
        Event::OrganisationResumed { .. } => messages::event_organisation_resumed(l),
        Event::AdministratorManaged { act, .. } => match act {
            AdministratorAct::Invite => messages::event_administrator_invited(l, unit),
            AdministratorAct::RemoveRole => messages::event_administrator_removed(l, unit),
            AdministratorAct::Archive => messages::event_administrator_archived(l, unit),
            AdministratorAct::Restore => messages::event_administrator_restored(l, unit),
        },
        Event::SettingsChanged { .. } => messages::event_settings_changed(l),
        Event::NoticeDrafted { .. } => messages::event_notice_drafted(l),
        Event::NoticeSent { .. } => messages::event_notice_sent(l),
        Event::UserCreated { way_in, .. } => user_created(l, *way_in, &roles),
        Event::UserEdited { .. } | Event::ClientEdited { covering: None, .. } => {
            messages::event_details_edited(l)
        }
        Event::RoleGiven { .. } => messages::event_role_assigned(l, roles),
        Event::RoleRemoved { .. } => messages::event_role_removed(l, roles),
        Event::RoleMade { .. } => messages::event_role_created(l),
        Event::RoleEdited { .. } => messages::event_role_edited(l),
        Event::RoleRetired { instead: None, .. } => messages::event_role_deactivated(l),
        Event::RoleRetired { .. } => messages::event_role_replaced(l, roles),
        Event::TemporaryPasswordSet { .. } => messages::event_temporary_password(l),
        Event::Invited { .. } => messages::event_invited(l),
        Event::InvitationAccepted { .. } => messages::event_invitation_accepted(l),
        Event::PasswordChanged { .. } => messages::event_password_changed(l),
        Event::ProfileEdited { .. } => messages::event_profile_edited(l),
        Event::EmailChangeAsked { .. } => messages::event_email_requested(l),
        Event::EmailChanged { .. } => messages::event_email_changed(l),
        Event::UserArchived { .. } => messages::event_user_archived(l),
        Event::UserRestored { .. } => messages::event_user_restored(l),
        Event::SignedIn { .. } => messages::event_signed_in(l),
        Event::SignedOut { .. } => messages::event_signed_out(l),
        Event::SignInFailed { .. } => messages::event_sign_in_failed(l),
        Event::MailFinished { sent: true, .. } => messages::event_mail_sent(l),
        Event::MailFinished { sent: false, .. } => messages::event_mail_failed(l),
        Event::OfficeMade { .. } => messages::event_office_created(l),
        Event::OfficeRenamed { .. } => messages::event_office_renamed(l),
        Event::OfficeClosed { .. } => messages::event_office_closed(l),
        Event::TeamMade { .. } => messages::event_team_created(l),
        Event::TeamEdited { .. } => messages::event_team_edited(l),
        Event::TeamClosed { .. } => messages::event_team_closed(l),
        Event::OfficeChanged { office: None, .. } => messages::event_office_lost(l),
        Event::OfficeChanged { .. } => messages::event_office_moved(l, unit),
        Event::MemberAdded { .. } => messages::event_member_added(l, unit),
        Event::MemberRemoved { .. } => messages::event_member_removed(l, unit),
        Event::CoverGiven { .. } => messages::event_cover_assigned(l, unit),
        Event::CoverEnded { .. } => messages::event_cover_ended(l, unit),
        Event::ClientCreated { .. } => messages::event_client_created(l),
        Event::ClientEdited { .. } => messages::event_details_edited_covering(l, unit),
        Event::ClientMoved { to, covering, .. } => match (to, covering) {
            (Some(_), None) => messages::event_client_assigned(l, other),
            (Some(_), Some(_)) => messages::event_client_assigned_covering(l, other, unit),
            (None, None) => messages::event_client_queued(l),
            (None, Some(_)) => messages::event_client_queued_covering(l, unit),
        },
        Event::ClientArchived { .. } => messages::event_client_archived(l),
        Event::ClientRestored { .. } => messages::event_client_restored(l),
        Event::CaseloadMoved {
            to, clients: count, ..
        } => {
            let moved = clients(l, *count, false);
            match to {
                Some(_) => messages::event_caseload_moved(l, moved, other),
                None => messages::event_caseload_queued(l, moved),
            }
        }
        Event::CaseloadReturned { clients: count, .. } => {
            messages::event_caseload_returned(l, clients(l, *count, false))
        }
        Event::ClientsLinked { clients: count, .. } => {
            messages::event_clients_linked(l, clients(l, *count, false))
        }
        Event::ClientsUnlinked { clients: count, .. } => {
            messages::event_clients_unlinked(l, clients(l, *count, false))
        }
        Event::ListMade { .. } => messages::event_list_created(l),
        Event::ListRenamed { .. } => messages::event_list_renamed(l),
        Event::ListClosed { .. } => messages::event_list_removed(l),
        Event::ListLeft { .. } => {
            let name = line.list.as_ref().map(|named| list(l, named));
            messages::event_list_left(l, name.unwrap_or_default())
        }
        Event::CustomerMade { .. } => messages::event_customer_created(l),
        Event::CustomerRenamed { .. } => messages::event_customer_renamed(l),
        Event::CustomerClosed { .. } => messages::event_customer_closed(l),
        Event::ContractMade { .. } => messages::event_contract_created(l, unit),
        Event::ContractEdited { .. } => messages::event_contract_edited(l, unit),
        Event::ContractClosed { .. } => messages::event_contract_closed(l, unit),
        Event::CustomerLeft { .. } => messages::event_customer_left(l, unit),
        Event::ConfigLeft { .. } => messages::event_config_left(l, unit),
        Event::LinkProposed { .. } => messages::event_link_proposed(l, unit),
        Event::LinkAgreed { linked: false, .. } => messages::event_link_agreed(l, unit),
        Event::LinkAgreed { linked: true, .. } => messages::event_link_completed(l, unit),
        Event::LinkDeclined { .. } => messages::event_link_declined(l, unit),
        Event::LinkWithdrawn { .. } => messages::event_link_withdrawn(l, unit),
        Event::AccountLinked { .. } => messages::event_account_linked(l, unit),
        Event::AccountUnlinked { .. } => messages::event_account_unlinked(l, unit),
        Event::SwitchedAway { .. } => messages::event_switched_away(l, unit),
        Event::SwitchedHere { .. } => messages::event_switched_here(l, unit),
        Event::LinkAsked { .. } => messages::event_link_requested(l),
        Event::LinkAnswered { linked: true, .. } => messages::event_request_approved(l),
        Event::LinkAnswered { linked: false, .. } => messages::event_request_declined(l),
        Event::DashboardMade { .. } => messages::event_dashboard_created(l),
        Event::DashboardEdited { .. } => messages::event_dashboard_edited(l),
        Event::DashboardClosed { .. } => messages::event_dashboard_removed(l),
        Event::DashboardsAssigned { .. } => messages::event_dashboards_assigned(l),
        Event::ReportExported => messages::event_report_exported(l),
        Event::ResourceMade { .. } => messages::event_resource_created(l),
        Event::ResourceEdited { .. } => messages::event_resource_edited(l),
        Event::ResourceClosed { .. } => messages::event_resource_closed(l),
        Event::ReferralMoved { step: what, .. } => step(l, *what),
        Event::Throttled { .. } => messages::event_throttled(l),
        Event::PasswordRefused { .. } => messages::event_password_refused(l),
        Event::Repeated { of, times, .. } => repeated(l, *of, *times),
        Event::Refused { .. } => messages::event_refused(l),
    }
}

/// The creation of an account: how its user signs in, and with which roles.
fn user_created(l: Language, sign_in: SignInSetup, roles: &str) -> String {
    match (sign_in, roles) {
        (SignInSetup::Invitation, "") => messages::event_user_invited(l),
        (SignInSetup::OnlyAdd, "") => messages::event_user_added(l),
        (SignInSetup::TemporaryPassword, "") => messages::event_user_with_password(l),
        (SignInSetup::Invitation, roles) => messages::event_user_invited_as(l, roles),
        (SignInSetup::OnlyAdd, roles) => messages::event_user_added_as(l, roles),
        (SignInSetup::TemporaryPassword, roles) => messages::event_user_with_password_as(l, roles),
    }
}

/// A repeated event that was counted instead of recorded each time.
fn repeated(l: Language, of: Repeatable, times: u32) -> String {
    let more = match times {
        1 => messages::once_more(l),
        times => messages::times_more(l, times),
    };
    match of {
        Repeatable::Refused => messages::event_repeated_refused(l, more),
        Repeatable::ProfileEdited => messages::event_repeated_profile(l, more),
        Repeatable::SignInFailed => messages::event_repeated_sign_in(l, more),
        Repeatable::Throttled => messages::event_repeated_throttled(l, more),
        Repeatable::PasswordRefused => messages::event_repeated_password(l, more),
    }
}

/// The actor of an event, with the linked account that they signed in with.
pub fn actor(l: Language, line: &ActivityEntry) -> String {
    match (&line.who, &line.event) {
        (Actor::Named(name), _) => match &line.through {
            Some(Through {
                name: through,
                organisation,
            }) => messages::by_through(l, name, through, organisation),
            None => name.clone(),
        },
        (
            Actor::System,
            Event::SignInFailed { .. }
            | Event::Throttled { .. }
            | Event::Repeated {
                of: Repeatable::SignInFailed | Repeatable::Throttled,
                ..
            },
        )
        | (Actor::Hidden, _) => messages::somebody(l),
        (Actor::Operator(Some(name)), _) => name.clone(),
        (Actor::Operator(None), _) => messages::actor_operator(l),
        (Actor::Holder, _) => messages::actor_holder(l),
        (Actor::System, _) => messages::the_system(l),
    }
}

/// The name of a theme.
pub fn theme(l: Language, theme: Theme) -> String {
    match theme {
        Theme::Device => messages::theme_device(l),
        Theme::Light => messages::theme_light(l),
        Theme::Dark => messages::theme_dark(l),
    }
}

/// The name of a language, in that language.
pub fn language(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Sv => "Svenska",
    }
}

/// The name of the office of a team, or empty.
pub fn office_name(team: &TeamName) -> String {
    team.office
        .as_ref()
        .map(|office| office.name.clone())
        .unwrap_or_default()
}

/// The period of a cover, as text.
pub fn cover_period(l: Language, cover: &Cover) -> String {
    match &cover.until {
        Some(until) => messages::cover_span(l, &cover.from.text, &until.text),
        None => messages::cover_since(l, &cover.from.text),
    }
}

/// The delivery status of a mail.
pub fn delivery(l: Language, delivery: &Delivery) -> String {
    match delivery {
        Delivery::Waiting { attempts: 0 } => messages::invitation_waiting(l),
        Delivery::Waiting { attempts } => messages::invitation_retry(l, attempts),
        Delivery::Sent { at } => messages::invitation_sent(l, &at.text),
        Delivery::Failed { at } => messages::invitation_failed(l, &at.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invisible_character_is_named_and_not_quoted() {
        let says = |found, at| problem(Language::En, at, &Problem::Character { found });
        assert!(
            says('\u{2800}', Field::Phone).contains("can’t contain a hidden character (U+2800).")
        );
        assert!(
            says('\0', Field::LoginName).contains("can’t contain a hidden character (U+0000).")
        );
        assert!(says('\u{A0}', Field::LoginName).contains("can’t contain a space."));
        assert!(says('å', Field::LoginName).contains("can’t contain “å”."));
        let turned = Problem::BidiControl { found: '\u{202E}' };
        assert!(
            problem(Language::En, Field::FirstName, &turned)
                .contains("a hidden character (U+202E)")
        );
        assert!(
            problem(Language::Sv, Field::FirstName, &turned).contains("ett dolt tecken (U+202E)")
        );
    }

    #[test]
    fn one_of_something_was_worded_as_several() {
        let l = Language::En;
        let text = [
            warning(l, &Warning::LastSeat { agreed: 1 }),
            warning(l, &Warning::SeatsTaken { used: 1 }),
            warning(l, &Warning::ClientsUnable { clients: 1 }),
            warning(l, &Warning::WithoutOffice { people: 1 }),
            warning(l, &Warning::WithoutClient { people: 1 }),
            refusal(l, &Refusal::Slow { seconds: 1 }),
            refusal(l, &Refusal::CannotMove { people: 1 }),
            problem(l, Field::WayIn, &Problem::NoSeat { agreed: 1 }),
            problem(l, Field::To, &Problem::NobodysClients { clients: 1 }),
            delivery(l, &Delivery::Waiting { attempts: 1 }),
        ];
        for text in text {
            for several in [
                "1 tries",
                "1 seats",
                "1 seconds",
                "1 clients",
                "1 people",
                "1 characters",
            ] {
                assert!(!text.contains(several), "{text}");
            }
        }
    }

    #[test]
    fn a_refusal_shown_without_its_form_said_only_that_there_is_a_problem() {
        let other = Problem::OtherOffice;
        for l in [Language::En, Language::Sv] {
            let refused = Refusal::Invalid(Invalid(vec![
                (Field::ClientAccess, other.clone()),
                (Field::To, Problem::Same),
            ]));
            let text = refusal(l, &refused);
            assert!(
                text.contains(&problem(l, Field::ClientAccess, &other))
                    && text.contains(&problem(l, Field::To, &Problem::Same)),
                "{text}"
            );
            let warned = Refusal::Warned(vec![Warning::FewAdministrators]);
            assert_eq!(refusal(l, &warned), warning(l, &Warning::FewAdministrators));
        }
    }
}
