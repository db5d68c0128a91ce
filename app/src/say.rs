//! Codes put into words: fields, problems, warnings, refusals, roles, events. One function each, so that the summary and the
//! field say the same.

use usher_types::audit::{Event, Line};
use usher_types::refusal::Taken;
use usher_types::roles::{RoleName, Shipped};
use usher_types::users::{Status, WayIn};
use usher_types::{Field, Language, Permission, Problem, Reach, Refusal, Warning};

use crate::words;

/// A field's label.
pub fn field(l: Language, field: Field) -> String {
    match field {
        Field::Form => String::new(),
        Field::FirstName => words::first_name(l),
        Field::LastName => words::last_name(l),
        Field::SingleName => words::single_name(l),
        Field::Email => words::email(l),
        Field::Phone => words::phone(l),
        Field::JobTitle => words::job_title(l),
        Field::Language => words::language(l),
        Field::Theme => words::theme(l),
        Field::IdentityNumber => words::identity_number(l),
        Field::LoginName => words::login_name(l),
        Field::Organisation => words::organisation_name(l),
        Field::Roles => words::roles(l),
        Field::WayIn => words::way_in(l),
        Field::TemporaryPassword => words::temporary_password(l),
        Field::Password => words::password(l),
        Field::NewPassword => words::new_password(l),
        Field::CurrentPassword => words::current_password(l),
        Field::Reason => words::reason(l),
        Field::Role => words::role(l),
    }
}

/// What is wrong with a field, and what to do.
pub fn problem(l: Language, at: Field, problem: &Problem) -> String {
    let label = field(l, at).to_lowercase();
    let (en, sv) = match (problem, at) {
        (Problem::Missing, Field::WayIn) => ("Choose a way in".into(), "Välj ett sätt att logga in".into()),
        (Problem::Missing, Field::Role) => ("Choose a role".into(), "Välj en roll".into()),
        (Problem::Missing, Field::Reason) => ("Enter a reason".into(), "Ange ett skäl".into()),
        (Problem::Missing, Field::FirstName) => ("Enter a first name".into(), "Ange ett förnamn".into()),
        (Problem::Missing, Field::LastName) => (
            "Enter a last name, or tick that the person has one name only".into(),
            "Ange ett efternamn, eller markera att personen bara har ett namn".into(),
        ),
        (Problem::Missing, _) => (format!("Enter the {label}"), format!("Ange {label}")),
        (Problem::TooShort { least }, _) => {
            (format!("The {label} must have {least} characters or more"), format!("Fältet {label} måste ha minst {least} tecken"))
        }
        (Problem::TooLong { most }, _) => {
            (format!("The {label} must have {most} characters or fewer"), format!("Fältet {label} får ha högst {most} tecken"))
        }
        (Problem::Character { found }, Field::LoginName) => (
            format!("The login name has a “{found}”. Use the letters a–z, digits and . _ - @ +"),
            format!("Användarnamnet innehåller ”{found}”. Använd bokstäverna a–z, siffror och . _ - @ +"),
        ),
        (Problem::Character { found }, _) => (
            format!("The {label} has a “{found}”. Use digits, spaces and + - ( )"),
            format!("Fältet {label} innehåller ”{found}”. Använd siffror, mellanslag och + - ( )"),
        ),
        (Problem::Control, _) => (
            format!("The {label} has a line break or another character that cannot be seen. Type it again"),
            format!("Fältet {label} innehåller en radbrytning eller ett annat osynligt tecken. Skriv det igen"),
        ),
        (Problem::NoAt, _) => {
            ("The e-mail address lacks an @, as in name@example.com".into(), "E-postadressen saknar @, som i namn@exempel.se".into())
        }
        (Problem::Spaces, _) => {
            ("The e-mail address has a space in it. Remove it".into(), "E-postadressen innehåller ett mellanslag. Ta bort det".into())
        }
        (Problem::Wrong, Field::Email) => (
            "The e-mail address is not complete. It should look like name@example.com".into(),
            "E-postadressen är inte fullständig. Den ska se ut som namn@exempel.se".into(),
        ),
        (Problem::Wrong, Field::IdentityNumber) => (
            "The identity number needs 10 or 12 digits, as in 19850709-9805".into(),
            "Personnumret behöver 10 eller 12 siffror, som i 19850709-9805".into(),
        ),
        (Problem::Wrong, _) => (
            "Something in this form has changed. Reload the page, then try again".into(),
            "Något i formuläret har ändrats. Ladda om sidan och försök igen".into(),
        ),
        (Problem::Date, _) => {
            ("The identity number begins with a day that does not exist".into(), "Personnumret börjar med en dag som inte finns".into())
        }
        (Problem::Checksum, _) => (
            "The last digit of the identity number does not fit the others. Check each digit".into(),
            "Sista siffran i personnumret stämmer inte med de andra. Kontrollera varje siffra".into(),
        ),
        (Problem::Future, _) => {
            ("The identity number begins with a day that lies ahead".into(), "Personnumret börjar med en dag som ännu inte varit".into())
        }
        (Problem::NeedsEmail, _) => (
            "Enter an e-mail address to send the invitation to, or choose another way in".into(),
            "Ange en e-postadress att skicka inbjudan till, eller välj ett annat sätt att logga in".into(),
        ),
        (Problem::MayNotGive, _) => ("Choose only roles that you may give".into(), "Välj bara roller som du får ge".into()),
        (Problem::NameTaken(taken), _) => return taken_name(l, taken),
        (Problem::EmailTaken(Taken::Elsewhere { .. }), _) => (
            "Somebody here has this e-mail address already. Ask an administrator".into(),
            "Någon här har redan den här e-postadressen. Fråga en administratör".into(),
        ),
        (Problem::EmailTaken(Taken::Bank { .. }), _) => {
            ("Somebody in your user bank has this e-mail address".into(), "Någon i er användarbank har den här e-postadressen".into())
        }
        (Problem::EmailTaken(Taken::Here { .. }), _) => (
            "Somebody registered here has this e-mail address already".into(),
            "Någon som är registrerad här har redan den här e-postadressen".into(),
        ),
        (Problem::IdentityTaken, _) => (
            "Somebody registered here has this identity number already".into(),
            "Någon som är registrerad här har redan det här personnumret".into(),
        ),
        (Problem::Weak(verdict), _) => return weak(l, verdict),
        (Problem::WrongPassword, _) => {
            ("This is not your current password. Type it again".into(), "Det här är inte ditt nuvarande lösenord. Skriv det igen".into())
        }
        (Problem::Same, _) => {
            (format!("The {label} is the same as before. Enter another"), format!("Fältet {label} är samma som förut. Ange något annat"))
        }
        (Problem::Unexpected { .. }, _) => (
            "The form held a field that may not be changed here. Nothing was saved".into(),
            "Formuläret innehöll ett fält som inte får ändras här. Inget sparades".into(),
        ),
    };
    either(l, en, sv)
}

fn either(l: Language, en: String, sv: String) -> String {
    match l {
        Language::En => en,
        Language::Sv => sv,
    }
}

fn taken_name(l: Language, taken: &Taken) -> String {
    let (en, sv) = match taken {
        Taken::Here { .. } => {
            ("This login name is taken: already registered here".into(), "Användarnamnet är upptaget: redan registrerat här".into())
        }
        Taken::Bank { user: Some(_), .. } => {
            ("This login name is taken: in your user bank".into(), "Användarnamnet är upptaget: finns i er användarbank".into())
        }
        Taken::Bank { user: None, .. } => (
            "This login name is taken: in your user bank. Ask an organisation administrator to restore the person".into(),
            "Användarnamnet är upptaget: finns i er användarbank. Be en organisationsadministratör att återställa personen".into(),
        ),
        Taken::Elsewhere { .. } => (
            "This login name is taken elsewhere in the system. Choose another".into(),
            "Användarnamnet är upptaget på annat håll i systemet. Välj ett annat".into(),
        ),
    };
    either(l, en, sv)
}

fn weak(l: Language, verdict: &usher_types::password::Verdict) -> String {
    let (en, sv) = if !verdict.long_enough {
        ("The password is too short. Use 15 characters or more", "Lösenordet är för kort. Använd minst 15 tecken")
    } else if verdict.too_long {
        ("The password is too long. Use 128 characters or fewer", "Lösenordet är för långt. Använd högst 128 tecken")
    } else if !verdict.uncommon {
        ("The password is a common one. Choose another", "Lösenordet är vanligt. Välj ett annat")
    } else if !verdict.without_names {
        ("The password has a name from this page in it. Choose another", "Lösenordet innehåller ett namn från sidan. Välj ett annat")
    } else {
        (
            "The password is easy to guess. Add words that do not belong together",
            "Lösenordet är lätt att gissa. Lägg till ord som inte hör ihop",
        )
    };
    either(l, en.to_owned(), sv.to_owned())
}

/// Something to look at twice.
pub fn warning(l: Language, warning: &Warning) -> String {
    match warning {
        Warning::SameName { people, .. } => words::warn_same_name(l, people),
        Warning::Format { proposal } => words::warn_format(l, proposal),
        Warning::EmailTypo { suggestion } => words::warn_email(l, suggestion),
    }
}

/// Why an act was refused, for refusals that are about no field.
pub fn refusal(l: Language, refusal: &Refusal) -> String {
    match refusal {
        Refusal::SignIn => words::refused_sign_in(l),
        Refusal::WrongLogin => words::refused_wrong_login(l),
        Refusal::ChangePasswordFirst => words::change_password_first_why(l),
        Refusal::Forbidden => words::refused_forbidden(l),
        Refusal::NotFound => words::refused_not_found(l),
        Refusal::Invalid(_) => words::problem(l),
        Refusal::Warned(_) => words::possible_errors(l),
        Refusal::Conflict(_) => words::refused_conflict(l),
        Refusal::WouldLockOut => words::refused_lock_out(l),
        Refusal::OtherOrganisation => words::refused_other_organisation(l),
        Refusal::DeadLink => words::link_unusable_why(l),
        Refusal::Slow { seconds } => words::refused_slow(l, seconds),
        Refusal::Stale => words::refused_stale(l),
        Refusal::Fault { reference } => words::refused_fault(l, reference),
    }
}

/// A status badge's words.
pub fn status(l: Language, status: Status) -> String {
    match status {
        Status::Active => words::status_active(l),
        Status::Invited => words::status_invited(l),
        Status::NoWayIn => words::status_no_way_in(l),
        Status::Archived => words::status_archived(l),
    }
}

/// A role's name.
pub fn role(l: Language, role: &RoleName) -> String {
    let Some(shipped) = role.shipped else { return role.name.clone() };
    let (en, sv) = match shipped {
        Shipped::User => ("User", "Användare"),
        Shipped::SystemAdministrator => ("System administrator", "Systemadministratör"),
        Shipped::OrganisationAdministrator => ("Organisation administrator", "Organisationsadministratör"),
        Shipped::Supervisor => ("Supervisor", "Arbetsledare"),
        Shipped::Caseworker => ("Caseworker", "Handläggare"),
        Shipped::Staff => ("Staff", "Personal"),
        Shipped::Viewer => ("Viewer", "Läsare"),
    };
    either(l, en.to_owned(), sv.to_owned())
}

/// How many people; `more` where there are more than were counted.
pub fn people(l: Language, count: u32, more: bool) -> String {
    match (count, more) {
        (_, true) => words::people_more(l, count),
        (1, false) => words::person_one(l),
        (_, false) => words::people_of(l, count),
    }
}

/// What a permission lets one do.
pub fn permission(l: Language, permission: Permission) -> String {
    let (en, sv) = match permission {
        Permission::OwnProfile => ("See and change one’s own profile", "Se och ändra sin egen profil"),
        Permission::ViewUsers => ("See people", "Se personer"),
        Permission::CreateUsers => ("Add people", "Lägga till personer"),
        Permission::EditUsers => ("Edit people’s details", "Redigera personers uppgifter"),
        Permission::GiveRoles => ("Give and remove roles", "Ge och ta bort roller"),
        Permission::GiveWayIn => ("Send invitations, set temporary passwords", "Skicka inbjudningar, sätta tillfälliga lösenord"),
        Permission::ArchiveUsers => ("Archive people", "Arkivera personer"),
        Permission::UserBank => ("See the user bank, restore people from it", "Se användarbanken, återställa personer ur den"),
        Permission::ViewActivity => ("See people’s activity", "Se personers aktivitet"),
        Permission::ViewRoles => ("See roles and what they allow", "Se roller och vad de tillåter"),
        Permission::SignIn | Permission::FollowLink | Permission::SetUp => ("For visitors", "För besökare"),
        Permission::SendMail | Permission::Tend => ("For the system", "För systemet"),
    };
    either(l, en.to_owned(), sv.to_owned())
}

/// How far a permission reaches.
pub fn reach(l: Language, reach: Reach) -> String {
    let (en, sv) = match reach {
        Reach::Own => ("Oneself", "Sig själv"),
        Reach::Organisation => ("The whole organisation", "Hela organisationen"),
    };
    either(l, en.to_owned(), sv.to_owned())
}

/// Whom a role is for (OG-09, OG-15, CS-23): in the organisation's own words, where it has some.
pub fn whom(l: Language, role: &RoleName, own: &str) -> String {
    if !own.is_empty() {
        return own.to_owned();
    }
    let (en, sv) = match role.shipped {
        Some(Shipped::User) => return words::role_always(l),
        Some(Shipped::SystemAdministrator) => (
            "For who runs the installation: everything, in every organisation",
            "För den som driver installationen: allt, i alla organisationer",
        ),
        Some(Shipped::OrganisationAdministrator) => {
            ("For leadership and program managers: people and their access", "För ledning och programansvariga: personer och deras åtkomst")
        }
        Some(Shipped::Supervisor) => {
            ("For team leads: sees people and their activity", "För arbetsledare: ser personer och deras aktivitet")
        }
        Some(Shipped::Caseworker) => {
            ("For direct service staff, case managers and intake: own caseload", "För handläggare och mottagning: egna ärenden")
        }
        Some(Shipped::Staff) => ("For office staff", "För kontorspersonal"),
        Some(Shipped::Viewer) => ("For who needs to look and change nothing", "För den som behöver se men inte ändra"),
        None => ("", ""),
    };
    either(l, en.to_owned(), sv.to_owned())
}

/// What happened, as the end of a sentence that begins with who did it.
pub fn event(l: Language, line: &Line) -> String {
    let roles: Vec<_> = line.roles.iter().map(|named| role(l, named)).collect();
    let roles = roles.join(", ");
    let (en, sv) = match &line.event {
        Event::OrganisationCreated => ("made the organisation".into(), "skapade organisationen".into()),
        Event::UserCreated { way_in, .. } => {
            let (en, sv) = match way_in {
                WayIn::Invitation => ("with an invitation", "med en inbjudan"),
                WayIn::OnlyAdd => ("without a way in", "utan sätt att logga in"),
                WayIn::TemporaryPassword => ("with a password", "med ett lösenord"),
            };
            if roles.is_empty() {
                (format!("created the account {en}"), format!("skapade kontot {sv}"))
            } else {
                (format!("created the account as {roles}, {en}"), format!("skapade kontot som {roles}, {sv}"))
            }
        }
        Event::UserEdited { .. } => ("changed details".into(), "ändrade uppgifter".into()),
        Event::RoleGiven { .. } => (format!("gave the role {roles}"), format!("gav rollen {roles}")),
        Event::RoleRemoved { .. } => (format!("removed the role {roles}"), format!("tog bort rollen {roles}")),
        Event::TemporaryPasswordSet { .. } => ("set a temporary password".into(), "satte ett tillfälligt lösenord".into()),
        Event::Invited { .. } => ("sent an invitation".into(), "skickade en inbjudan".into()),
        Event::InvitationAccepted { .. } => {
            ("followed the invitation and set a password".into(), "följde inbjudan och valde ett lösenord".into())
        }
        Event::PasswordChanged { .. } => ("changed the password".into(), "bytte lösenordet".into()),
        Event::ProfileEdited { .. } => ("changed the own profile".into(), "ändrade sin egen profil".into()),
        Event::EmailChangeAsked { .. } => ("asked for another e-mail address".into(), "bad om en annan e-postadress".into()),
        Event::EmailChanged { .. } => ("confirmed the new e-mail address".into(), "bekräftade den nya e-postadressen".into()),
        Event::UserArchived { .. } => ("archived the account".into(), "arkiverade kontot".into()),
        Event::UserRestored { .. } => ("restored the account".into(), "återställde kontot".into()),
        Event::SignedIn { .. } => ("signed in".into(), "loggade in".into()),
        Event::SignedOut { .. } => ("signed out".into(), "loggade ut".into()),
        Event::SignInFailed { .. } => ("tried to sign in with a wrong password".into(), "försökte logga in med fel lösenord".into()),
        Event::MailFinished { sent: true, .. } => ("delivered a mail".into(), "levererade ett brev".into()),
        Event::MailFinished { sent: false, .. } => ("gave up delivering a mail".into(), "gav upp att leverera ett brev".into()),
        Event::Refused { .. } => ("was refused something".into(), "nekades något".into()),
    };
    either(l, en, sv)
}

/// Who did it, where no person did.
pub fn nobody(l: Language, event: &Event) -> String {
    let (en, sv) = match event {
        Event::SignInFailed { .. } => ("Somebody", "Någon"),
        _ => ("The system", "Systemet"),
    };
    either(l, en.to_owned(), sv.to_owned())
}
