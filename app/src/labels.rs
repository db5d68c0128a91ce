//! The texts of codes: fields, problems, warnings, refusals, roles, events. One function each, so
//! that the summary and the field show the same text.

use usher_types::access::{Preview, Sight};
use usher_types::accounts::State;
use usher_types::audit::{ActivityEntry, Actor, Event, Repeatable, Through};
use usher_types::clients::Part;
use usher_types::dashboards::{Anomaly, BuiltInDashboard, DashboardName, Widget};
use usher_types::explanations::{Way, What};
use usher_types::invisible::is_invisible;
use usher_types::lists::{BuiltInList, ListName};
use usher_types::organisations::AdministratorAct;
use usher_types::permission::Area;
use usher_types::referrals::{Direction, Status as ReferralStatus, Step};
use usher_types::refusal::{Closable, Done, Taken};
use usher_types::roles::{BuiltInRole, GrantChange, RoleName};
use usher_types::users::{AttentionFilter, Availability, SignInSetup, Status};
use usher_types::{Field, Invalid, Language, Permission, Problem, Reach, Refusal, RoleId, Warning};

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
        Field::Whom => messages::whom_for(l),
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
    let label = field(l, at).to_lowercase();
    let (en, sv) = match (problem, at) {
        (Problem::Missing, Field::WayIn) => ("Choose how the person signs in".into(), "Välj hur personen ska logga in".into()),
        (Problem::Missing, Field::Roles) => ("Choose at least one role".into(), "Välj minst en roll".into()),
        (Problem::Missing, Field::Role) => ("Choose a role".into(), "Välj en roll".into()),
        (Problem::Missing, Field::CoverTeams) => {
            ("Choose at least one team to cover".into(), "Välj minst ett team att vikariera för".into())
        }
        (Problem::Missing, Field::Clients) => ("Choose at least one client".into(), "Välj minst en brukare".into()),
        (Problem::Wrong, Field::Clients) => (
            "Some of these clients were moved meanwhile. Look at the list and choose again".into(),
            "Några av brukarna har flyttats under tiden. Titta på listan och välj igen".into(),
        ),
        (Problem::Wrong, Field::LinkedClients) => {
            ("One of these clients cannot be linked. Choose others".into(), "En av brukarna kan inte länkas. Välj andra".into())
        }
        (Problem::Missing, Field::Instead) => return messages::choose_instead(l),
        (Problem::Missing, Field::VendorAddress) => (
            "The licence agreement has no e-mail address for the vendor. Ask the operator of this installation to add one".into(),
            "Licensavtalet saknar leverantörens e-postadress. Be den som är driftansvarig för installationen att lägga till den".into(),
        ),
        (Problem::Wrong, Field::Seats | Field::Capacity) => {
            ("Enter a whole number, 1 or more".into(), "Ange ett heltal, 1 eller mer".into())
        }
        (Problem::Wrong, Field::LicenceFrom | Field::LicenceUntil | Field::From | Field::Until) => {
            ("Enter a day, as in 2026-12-24".into(), "Ange en dag, som 2026-12-24".into())
        }
        (Problem::NotOffered, _) => (
            "The default language must be one of the languages that people can choose".into(),
            "Standardspråket måste vara ett av språken som användarna kan välja".into(),
        ),
        (Problem::NoDomain { found }, _) => (
            format!("“{found}” is not a valid domain. Enter one domain per line, for example example.org"),
            format!("”{found}” är inte en giltig domän. Ange en domän per rad, till exempel exempel.se"),
        ),
        (Problem::NeedsConfig, _) => (
            "Choose an organization config: the customers above have contracts".into(),
            "Välj en organisationskonfiguration: kunderna ovan har avtal".into(),
        ),
        (Problem::Wrong, Field::Config) => (
            "The organization config you chose is of no contract of these customers any more. Choose another, or import its customer".into(),
            "Den valda organisationskonfigurationen hör inte längre till något avtal för kunderna. Välj en annan, eller importera dess kund".into(),
        ),
        (Problem::Wrong, Field::Customers) => (
            "A customer you chose is not there any more, and was left out. Look at the others and save again".into(),
            "En kund du valde finns inte längre och har utelämnats. Se över de andra och spara igen".into(),
        ),
        (Problem::Closed { name }, _) => {
            (format!("“{name}” was closed meanwhile. Remove it"), format!("”{name}” har stängts under tiden. Ta bort den"))
        }
        (Problem::TooMany { most }, Field::Customers) => (format!("Choose {most} customers at most"), format!("Välj högst {most} kunder")),
        (Problem::TooMany { most }, _) => (format!("Enter {most} at most"), format!("Ange högst {most}")),
        (Problem::StillHeld { people: count }, _) => {
            let (en, sv) = (people(Language::En, *count, false), people(Language::Sv, *count, false));
            (
                format!("Still assigned to {en}, archived users included. Remove these roles from them first"),
                format!("Rollerna innehas fortfarande av {sv}, arkiverade användare medräknade. Ta först bort rollerna"),
            )
        }
        (Problem::NoSeat { agreed: 1 }, _) => (
            "The only seat of the licence agreement is taken. Choose “Add without inviting” and invite later, archive somebody who has \
             left, or ask for more seats under Settings, Licence agreement"
                .into(),
            "Licensavtalets enda plats är upptagen. Välj ”Lägg till utan inbjudan” och bjud in senare, arkivera någon som slutat, \
             eller be om fler platser under Inställningar, Licensavtal"
                .into(),
        ),
        (Problem::NoSeat { agreed }, _) => (
            format!(
                "All {agreed} seats of the licence agreement are taken. Choose “Add without inviting” and invite later, archive \
                 somebody who has left, or ask for more seats under Settings, Licence agreement"
            ),
            format!(
                "Alla {agreed} platser i licensavtalet är upptagna. Välj ”Lägg till utan inbjudan” och bjud in senare, arkivera \
                 någon som slutat, eller be om fler platser under Inställningar, Licensavtal"
            ),
        ),
        (Problem::Missing, Field::Widgets) => ("Choose a place for at least one part".into(), "Välj plats för minst en del".into()),
        (Problem::BeforeStart, Field::Until) => (
            "The last day must not lie before the first. Choose a later one".into(),
            "Sista dagen får inte ligga före den första. Välj en senare".into(),
        ),
        (Problem::LongPeriod { most }, _) => (
            format!("Choose a period of {most} days at most: a later first day, or an earlier last one"),
            format!("Välj en period på högst {most} dagar: en senare första dag eller en tidigare sista"),
        ),
        (Problem::Missing, Field::To) => ("Choose who takes the clients".into(), "Välj vem som tar över brukarna".into()),
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
        (Problem::Character { found }, Field::LoginName | Field::OtherLogin) => {
            let found = character(l, *found);
            (
                format!("The login name can’t contain {found}. Use the letters a–z, digits and . _ - @ +"),
                format!("Användarnamnet kan inte innehålla {found}. Använd bokstäverna a–z, siffror och . _ - @ +"),
            )
        }
        (Problem::Character { found }, _) => {
            let found = character(l, *found);
            (
                format!("The {label} can’t contain {found}. Use digits, spaces and + - ( ), for example 08-123 45 67 ext. 12"),
                format!(
                    "Fältet {label} kan inte innehålla {found}. Använd siffror, mellanslag och + - ( ), till exempel 08-123 45 67 ankn. 12"
                ),
            )
        }
        (Problem::Control, _) => (
            format!("The {label} contains a line break or a hidden character. Delete the text and type it again"),
            format!("Fältet {label} innehåller en radbrytning eller ett dolt tecken. Ta bort texten och skriv den igen"),
        ),
        (Problem::BidiControl { found }, _) => {
            let found = character(l, *found);
            (
                format!("The {label} contains {found}. Delete the text and type it again"),
                format!("Fältet {label} innehåller {found}. Ta bort texten och skriv den igen"),
            )
        }
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
        (Problem::Wrong, Field::CoverFrom | Field::CoverUntil) => {
            ("Enter a day and a time, as in 2026-12-24 09:00".into(), "Ange en dag och en tid, som 2026-12-24 09:00".into())
        }
        (Problem::OwnTeam, _) => (
            "This person belongs to a team you chose to cover. Take it out of one of the two".into(),
            "Personen hör till ett team som du valt för vikariering. Ta bort det ur det ena".into(),
        ),
        (Problem::BeforeStart, _) => {
            ("The end must lie after the start. Choose a later one".into(), "Slutet måste ligga efter början. Välj ett senare".into())
        }
        (Problem::Past, _) => ("This moment has passed. Choose a later one".into(), "Tidpunkten har passerat. Välj en senare".into()),
        (Problem::CoveredAlready, _) => (
            "The person covers a team you chose already in that time. End that cover first, or choose another time".into(),
            "Personen vikarierar redan för något av teamen under den tiden. Avsluta den vikarieringen först, eller välj en annan tid".into(),
        ),
        (
            Problem::Wrong,
            Field::Office
            | Field::Teams
            | Field::Instead
            | Field::CoverTeams
            | Field::Lists
            | Field::Dashboards
            | Field::BroughtBy
            | Field::Destination,
        ) => ("What you chose is not there any more. Choose again".into(), "Det du valde finns inte längre. Välj igen".into()),
        (Problem::Wrong, _) => (
            "Something in this form has changed. Reload the page, then try again".into(),
            "Något i formuläret har ändrats. Ladda om sidan och försök igen".into(),
        ),
        (Problem::Interim, _) => (
            "This is an interim number. Enter a personnummer or a samordningsnummer, or leave the field empty until the person has one".into(),
            "Det här är ett interimspersonnummer. Ange ett personnummer eller samordningsnummer, eller lämna fältet tomt tills personen har fått ett"
                .into(),
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
            "Enter an e-mail address to send the invitation to, or choose another way to sign in".into(),
            "Ange en e-postadress att skicka inbjudan till, eller välj ett annat sätt att logga in".into(),
        ),
        (Problem::MayNotGive, _) => ("Choose only roles that you can assign".into(), "Välj bara roller som du får tilldela".into()),
        (Problem::NeedsOffice, Field::Role) => (
            "This role requires an office. Choose one under Edit details first".into(),
            "Rollen kräver ett kontor. Välj ett under Redigera uppgifter först".into(),
        ),
        (Problem::NeedsOffice, _) => (
            "Choose an office: a role, or the organisation, asks for one".into(),
            "Välj ett kontor: en roll, eller organisationen, kräver det".into(),
        ),
        (Problem::NeedsTeam, _) => ("Choose at least one of your teams".into(), "Välj minst ett av dina team".into()),
        (Problem::SameName, Field::ClientNumber) => {
            ("Another client has this number already".into(), "En annan brukare har redan det numret".into())
        }
        (Problem::NeedsResponsible, _) => (
            "Choose who is responsible, or a team whose queue the client waits in".into(),
            "Välj vem som ansvarar, eller ett team i vars kö brukaren väntar".into(),
        ),
        (Problem::BeyondReach, _) => (
            "You could not open this client yourself. Make yourself responsible, or choose a team of yours".into(),
            "Du skulle inte själv kunna ändra brukaren. Gör dig själv ansvarig, eller välj ett av dina team".into(),
        ),
        (Problem::OtherOffice, _) => (
            "This colleague is bound to another office than the client’s team. Choose somebody else".into(),
            "Kollegan är knuten till ett annat kontor än brukarens team. Välj någon annan".into(),
        ),
        (Problem::CannotSignIn, _) => (
            "This person can’t sign in yet, and so couldn’t work with clients. Send an invitation first, or choose somebody else".into(),
            "Personen kan inte logga in ännu och kan därför inte arbeta med brukare. Skicka en inbjudan först eller välj någon annan".into(),
        ),
        (Problem::NoColleague, _) => (
            "This person does not work with clients, or no longer. Choose somebody else".into(),
            "Personen arbetar inte med brukare, eller inte längre. Välj någon annan".into(),
        ),
        (Problem::NeedsClient, _) => (
            "Choose at least one client: an assistant must be linked to one".into(),
            "Välj minst en brukare: en assistent måste vara länkad till någon".into(),
        ),
        (Problem::NeedsRecord, _) => (
            "This role is a client’s own. Open the client’s page and choose “Give an account”".into(),
            "Rollen är en brukares egen. Öppna brukarens sida och välj ”Ge ett konto”".into(),
        ),
        (Problem::HasAccount, _) => ("This client has an account already".into(), "Brukaren har redan ett konto".into()),
        (Problem::LastClient, _) => (
            "This is the assistant’s last client. Link another one first, or take the role Assistant away".into(),
            "Det är assistentens sista brukare. Länka en annan först, eller ta bort rollen Assistent".into(),
        ),
        (Problem::NobodysClients { clients: count }, _) => {
            let text = clients(l, *count, false);
            (
                format!("{text} would be nobody’s: they wait in a queue or have no team. Choose who takes them"),
                format!("{text} skulle inte tillhöra någon: de väntar i en kö eller har inget team. Välj vem som tar dem"),
            )
        }
        (Problem::Same, Field::To) => ("They are this person’s already".into(), "De tillhör redan den personen".into()),
        (Problem::SameName, _) => {
            ("Another one has this name already. Choose another".into(), "Namnet används redan. Välj ett annat".into())
        }
        (Problem::AskedAlready, _) => {
            ("This was asked for already, and waits for an answer".into(), "Det här har redan begärts och väntar på svar".into())
        }
        (Problem::TwoThere, _) => (
            "Nobody has two accounts in one organisation. Unlink the other one first".into(),
            "Ingen har två konton i en organisation. Avlänka det andra först".into(),
        ),
        (Problem::OwnAccount, _) => (
            "You can’t link your own account. Ask another System administrator to propose it".into(),
            "Du kan inte länka ditt eget konto. Be en annan systemadministratör att föreslå det".into(),
        ),
        (Problem::ProposedAlready, _) => (
            "There is already a proposal for one of these accounts. Withdraw it first, or wait for the answer".into(),
            "Det finns redan ett förslag för ett av kontona. Dra tillbaka det först, eller vänta på svar".into(),
        ),
        (Problem::ProposalGone, _) => (
            "This proposal no longer exists. It was declined or withdrawn, or it has expired".into(),
            "Förslaget finns inte längre. Det har avböjts eller dragits tillbaka, eller så har det gått ut".into(),
        ),
        (Problem::NotGiven, _) => (
            "Select “Can assign” for each role you have selected under “Can manage users with”".into(),
            "Markera ”Får tilldela” för varje roll som är markerad under ”Får hantera användare med”".into(),
        ),
        (Problem::Loop { role: back }, _) => {
            let back = role(l, back);
            (
                format!("Clear {back}. It can assign this role in turn, and a custom role can’t lead back to itself"),
                format!(
                    "Avmarkera {back}. Den kan i sin tur tilldela den här rollen, och en egen roll kan inte leda tillbaka till sig själv"
                ),
            )
        }
        (Problem::Beyond { role: beyond }, _) => {
            let beyond = role(l, beyond);
            (
                format!(
                    "Clear {beyond}, or add all of its permissions to this role. A role that can create roles can only assign permissions \
                     it has itself"
                ),
                format!(
                    "Avmarkera {beyond}, eller lägg till alla dess behörigheter i rollen. En roll som får skapa roller kan bara tilldela \
                     behörigheter som den själv har"
                ),
            )
        }
        (Problem::NobodyGives, _) => (
            "Remove some permissions. No role that can create roles has all of these, so nobody could assign this role".into(),
            "Ta bort några behörigheter. Ingen roll som får skapa roller har alla de här, så ingen skulle kunna tilldela rollen".into(),
        ),
        (Problem::NameTaken(taken), _) => return name_taken(l, taken),
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
        (Problem::NotOwnAddress, _) => (
            "A login name that is an e-mail address must be the person’s own e-mail address".into(),
            "Ett användarnamn som är en e-postadress måste vara personens egen e-postadress".into(),
        ),
        (Problem::IdentityTaken, _) => (
            "Somebody registered here has this identity number already".into(),
            "Någon som är registrerad här har redan det här personnumret".into(),
        ),
        (Problem::RemovedToo, _) => (
            "Enter a new identity number, or tick that it is removed, not both".into(),
            "Ange ett nytt personnummer eller markera att det tas bort, inte båda".into(),
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
    in_language(l, en, sv)
}

/// A character that is not allowed in a field. A space or an invisible character is named, because
/// it would not be visible between quotation marks.
fn character(l: Language, found: char) -> String {
    let (en, sv) = match found {
        '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
            ("a line break".to_owned(), "en radbrytning".to_owned())
        }
        space if space.is_whitespace() => ("a space".to_owned(), "ett mellanslag".to_owned()),
        hidden if hidden.is_control() || hidden == '\u{2800}' || is_invisible(hidden) => {
            let code = hidden as u32;
            (
                format!("a hidden character (U+{code:04X})"),
                format!("ett dolt tecken (U+{code:04X})"),
            )
        }
        seen => (format!("“{seen}”"), format!("”{seen}”")),
    };
    in_language(l, en, sv)
}

fn in_language(l: Language, en: String, sv: String) -> String {
    match l {
        Language::En => en,
        Language::Sv => sv,
    }
}

fn name_taken(l: Language, taken: &Taken) -> String {
    let (en, sv) = match taken {
        Taken::Here { user: None } => (
            "This login name is taken: already registered here. Ask an administrator".into(),
            "Användarnamnet är upptaget: redan registrerat här. Fråga en administratör".into(),
        ),
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
    in_language(l, en, sv)
}

fn weak(l: Language, verdict: &usher_types::password::Verdict) -> String {
    let (en, sv) = if !verdict.long_enough {
        (
            "The password is too short. Use 15 characters or more",
            "Lösenordet är för kort. Använd minst 15 tecken",
        )
    } else if verdict.too_long {
        (
            "The password is too long. Use 128 characters or fewer",
            "Lösenordet är för långt. Använd högst 128 tecken",
        )
    } else if !verdict.uncommon {
        (
            "The password is a common one. Choose another",
            "Lösenordet är vanligt. Välj ett annat",
        )
    } else if !verdict.without_names {
        (
            "The password has a name from this page in it. Choose another",
            "Lösenordet innehåller ett namn från sidan. Välj ett annat",
        )
    } else {
        (
            "The password is easy to guess. Add words that do not belong together",
            "Lösenordet är lätt att gissa. Lägg till ord som inte hör ihop",
        )
    };
    in_language(l, en.to_owned(), sv.to_owned())
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
pub fn step(l: Language, step: Step) -> String {
    match step {
        Step::Sent => messages::step_sent(l),
        Step::Asked => messages::step_asked(l),
        Step::Replied => messages::step_replied(l),
        Step::Accepted => messages::step_accepted(l),
        Step::Declined => messages::step_declined(l),
        Step::Withdrawn => messages::step_withdrawn(l),
        Step::Ended => messages::step_ended(l),
        Step::Undelivered => messages::step_undelivered(l),
    }
}

/// The button for a step of a referral.
pub fn referral_action(l: Language, step: Step) -> String {
    match step {
        Step::Sent | Step::Undelivered => messages::send_referral(l),
        Step::Asked => messages::act_ask(l),
        Step::Replied => messages::act_reply(l),
        Step::Accepted => messages::act_accept(l),
        Step::Declined => messages::act_decline(l),
        Step::Withdrawn => messages::act_withdraw(l),
        Step::Ended => messages::act_end(l),
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
    let (en, sv) = match role {
        BuiltInRole::User => ("User", "Användare"),
        BuiltInRole::SystemAdministrator => ("System administrator", "Systemadministratör"),
        BuiltInRole::OrganisationAdministrator => {
            ("Organisation administrator", "Organisationsadministratör")
        }
        BuiltInRole::SecurityAdministrator => ("Security administrator", "Säkerhetsadministratör"),
        BuiltInRole::PortalAdministrator => ("Portal administrator", "Portaladministratör"),
        BuiltInRole::SuperUser => ("Super user", "Superanvändare"),
        BuiltInRole::Supervisor => ("Supervisor", "Arbetsledare"),
        BuiltInRole::Caseworker => ("Caseworker", "Handläggare"),
        BuiltInRole::Staff => ("Staff", "Personal"),
        BuiltInRole::Viewer => ("Viewer", "Läsbehörig"),
        BuiltInRole::Assistant => ("Assistant", "Assistent"),
        BuiltInRole::Client => ("Client", "Brukare"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// The name of a list.
pub fn list(l: Language, list: &ListName) -> String {
    list.built_in
        .map_or_else(|| list.name.clone(), |built_in| built_in_list(l, built_in))
}

/// The name of a built-in list.
pub fn built_in_list(l: Language, list: BuiltInList) -> String {
    let (en, sv) = match list {
        BuiltInList::CareCoordinators => ("Care coordinators", "Vårdsamordnare"),
        BuiltInList::Supervisors => ("Supervisors", "Arbetsledare"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// The value of a field in the audit log. Built-in names are stored as keys and translated here.
pub fn changed(l: Language, field: Field, text: &str) -> String {
    let named = |name: &str| match field {
        Field::Lists => BuiltInList::from_key(name).map(|list| built_in_list(l, list)),
        Field::Dashboards | Field::UnitName => {
            BuiltInDashboard::from_key(name).map(|dashboard| built_in_dashboard(l, dashboard))
        }
        Field::Widgets => Widget::from_code(name).map(|shown| widget(l, shown)),
        Field::BroughtBy => BuiltInRole::from_key(name).map(|role| built_in_role(l, role)),
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
    let (en, sv) = match dashboard {
        BuiltInDashboard::Administrators => ("Administrators", "Administratörer"),
        BuiltInDashboard::Supervisors => ("Supervisors", "Arbetsledare"),
        BuiltInDashboard::Caseworkers => ("Caseworkers", "Handläggare"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
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
    let (en, sv) = match widget {
        Widget::MyClients => ("My clients", "Mina brukare"),
        Widget::TeamQueue => ("Team queue", "Teamets kö"),
        Widget::MyReferrals => ("My open referrals", "Mina öppna remisser"),
        Widget::ReferralsToAnswer => ("Referrals to answer", "Remisser att besvara"),
        Widget::NotNotified => ("Not notified yet", "Har inte fått besked ännu"),
        Widget::NoWayIn => ("Sign-in not set up", "Inloggning saknas"),
        Widget::NeverSignedIn => ("Never signed in", "Har aldrig loggat in"),
        Widget::Inactive => ("Inactive", "Inaktiva"),
        Widget::Expiring => ("About to expire", "På väg att gå ut"),
        Widget::Seats => return messages::seats(l),
        Widget::CoverEnding => ("Cover that ends soon", "Vikarieringar som snart upphör"),
        Widget::SignIns => return messages::sign_ins_per_week(l),
        Widget::Unusual => ("Unusual activity", "Ovanlig aktivitet"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// The description of a widget.
pub fn widget_why(l: Language, widget: Widget) -> String {
    let (en, sv) = match widget {
        Widget::MyClients => ("Clients you are responsible for", "Brukare du ansvarar för"),
        Widget::TeamQueue => (
            "Unassigned clients in your teams and the teams you cover",
            "Brukare utan ansvarig i dina team och de team du vikarierar för",
        ),
        Widget::MyReferrals => (
            "Created by you or about your clients, and not answered yet",
            "Skapade av dig eller om dina brukare, och inte besvarade ännu",
        ),
        Widget::ReferralsToAnswer => (
            "Sent to your organisation or its resources, and not answered",
            "Skickade till organisationen eller dess resurser, och inte besvarade",
        ),
        Widget::NotNotified => (
            "They haven’t been told about their account",
            "De har inte fått veta att de har ett konto",
        ),
        Widget::NoWayIn => (
            "Neither an invitation nor a password",
            "Varken inbjudan eller lösenord",
        ),
        Widget::NeverSignedIn => (
            "Can sign in, but haven’t done so yet",
            "Kan logga in, men har inte gjort det ännu",
        ),
        Widget::Inactive => (
            "Not seen for 30 days or more",
            "Inte sedda på 30 dagar eller mer",
        ),
        Widget::Expiring => (
            "Invitations and temporary passwords that end within three days",
            "Inbjudningar och tillfälliga lösenord som upphör inom tre dagar",
        ),
        Widget::Seats => (
            "What the licence agreement leaves",
            "Vad licensavtalet lämnar kvar",
        ),
        Widget::CoverEnding => (
            "Team coverage that ends within 14 days",
            "Vikarieringar för team som upphör inom 14 dagar",
        ),
        Widget::SignIns => (
            "The last twelve weeks, this one included",
            "De senaste tolv veckorna, den här inräknad",
        ),
        Widget::Unusual => {
            let [refused, night, refusals] = Anomaly::ALL.map(Anomaly::least);
            let en = format!(
                "Within seven days: {refused} refused sign-ins or more, {night} sign-ins or more between 00:00 and 05:00, or {refusals} refused pages or acts or more"
            );
            let sv = format!(
                "Inom sju dagar: minst {refused} nekade inloggningar, minst {night} inloggningar mellan 00:00 och 05:00, eller minst {refusals} nekade sidor eller handlingar"
            );
            return in_language(l, en, sv);
        }
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// The text of a widget without entries.
pub fn widget_empty(l: Language, widget: Widget) -> String {
    let (en, sv) = match widget {
        Widget::MyClients => (
            "You are responsible for no client",
            "Du ansvarar inte för någon brukare",
        ),
        Widget::TeamQueue => ("Nobody waits", "Ingen väntar"),
        Widget::MyReferrals => ("No open referral", "Ingen öppen remiss"),
        Widget::ReferralsToAnswer => ("Nothing waits for an answer", "Inget väntar på svar"),
        Widget::CoverEnding => ("No cover ends soon", "Inga vikarieringar upphör snart"),
        Widget::Unusual => ("Nothing unusual", "Inget ovanligt"),
        _ => ("Nobody", "Ingen"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// The second count of a widget, as text.
pub fn count_note(l: Language, widget: Widget, count: String) -> String {
    let (en, sv) = match widget {
        Widget::MyClients => (
            format!("{count} in your teams’ queues"),
            format!("{count} i dina teams köer"),
        ),
        Widget::MyReferrals => (
            format!("{count} with a question to you"),
            format!("{count} med en fråga till dig"),
        ),
        Widget::Inactive => (
            format!("{count} for 90 days or more"),
            format!("{count} i 90 dagar eller mer"),
        ),
        _ => (
            format!("{count} ended already"),
            format!("{count} har redan upphört"),
        ),
    };
    in_language(l, en, sv)
}

/// An anomaly, and how often it occurred.
pub fn anomaly(l: Language, odd: Anomaly, times: u32) -> String {
    let (en, sv) = match odd {
        Anomaly::RefusedSignIns => (
            format!("{times} refused sign-ins"),
            format!("{times} nekade inloggningar"),
        ),
        Anomaly::AtNight => (
            format!("{times} sign-ins at night"),
            format!("{times} inloggningar nattetid"),
        ),
        Anomaly::Refusals => (format!("{times} refusals"), format!("{times} nekanden")),
    };
    in_language(l, en, sv)
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
    let (en, sv) = match permission {
        Permission::OwnProfile => (
            "See and change one’s own profile",
            "Se och ändra sin egen profil",
        ),
        Permission::ViewUsers => ("See people", "Se personer"),
        Permission::CreateUsers => ("Add people", "Lägga till personer"),
        Permission::EditUsers => ("Edit people’s details", "Redigera personers uppgifter"),
        Permission::GiveRoles => ("Give and remove roles", "Ge och ta bort roller"),
        Permission::ManageSignIn => (
            "Send invitations, set temporary passwords",
            "Skicka inbjudningar, sätta tillfälliga lösenord",
        ),
        Permission::ArchiveUsers => ("Archive people", "Arkivera personer"),
        Permission::UserBank => (
            "See the user bank, restore people from it",
            "Se användarbanken, återställa personer ur den",
        ),
        Permission::ViewActivity => ("See people’s activity", "Se personers aktivitet"),
        Permission::ViewRoles => (
            "See roles and what they allow",
            "Se roller och vad de tillåter",
        ),
        Permission::ManageOffices => (
            "Create, rename and close offices",
            "Skapa, byta namn på och stänga kontor",
        ),
        Permission::ManageTeams => (
            "Create, edit and close teams, and choose members",
            "Skapa, redigera och stänga team, och välja medlemmar",
        ),
        Permission::ViewClients => ("See clients", "Se brukare"),
        Permission::EditClients => (
            "Add, change and archive clients, move caseloads",
            "Lägga till, ändra och arkivera brukare, flytta ärenden",
        ),
        Permission::ViewReferrals => ("See referrals", "Se remisser"),
        Permission::CreateReferrals => ("Refer clients", "Remittera brukare"),
        Permission::AnswerReferrals => (
            "Answer referrals to the organisation",
            "Besvara remisser till organisationen",
        ),
        Permission::ViewResources => ("See resources", "Se resurser"),
        Permission::ManageResources => (
            "Add, change and close resources",
            "Lägga till, ändra och stänga resurser",
        ),
        Permission::ViewReports => ("See reports", "Se rapporter"),
        Permission::ManageCustomers => (
            "Add, change and close customers and contracts",
            "Lägga till, ändra och stänga kunder och avtal",
        ),
        Permission::ManageDashboards => (
            "Create, edit and remove dashboards",
            "Skapa, redigera och ta bort översikter",
        ),
        Permission::ManageSettings => (
            "Change the organisation’s settings, send notices to the vendor",
            "Ändra organisationens inställningar, skicka meddelanden till leverantören",
        ),
        Permission::ManageOrganisations => (
            "Create, edit and suspend organisations",
            "Skapa, redigera och stänga av organisationer",
        ),
        Permission::ManageLists => (
            "Create, rename and close lists",
            "Skapa, byta namn på och stänga listor",
        ),
        Permission::LinkAccounts => (
            "Link people’s accounts in several organisations",
            "Länka personers konton i flera organisationer",
        ),
        Permission::EditRoles => (
            "Create, edit and deactivate roles",
            "Skapa, redigera och inaktivera roller",
        ),
        Permission::SignIn | Permission::FollowLink | Permission::SetUp => {
            ("For visitors", "För besökare")
        }
        Permission::SendMail | Permission::RunMaintenance => ("For the system", "För systemet"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// The name of an area of permissions.
pub fn area(l: Language, area: Area) -> String {
    let (en, sv) = match area {
        Area::Own => ("One’s own", "Det egna"),
        Area::People => ("People", "Personer"),
        Area::Access => ("Access", "Åtkomst"),
        Area::Roles => ("Roles", "Roller"),
        Area::Units => ("Offices, teams and lists", "Kontor, team och listor"),
        Area::Clients => ("Clients", "Brukare"),
        Area::Referrals => ("Referrals and resources", "Remisser och resurser"),
        Area::Organisation => ("Organisation", "Organisation"),
        Area::Installation => ("The installation", "Installationen"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
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
    let (en, sv) = match reach {
        Reach::Own => ("One’s own", "Det egna"),
        Reach::Team => ("One’s teams", "De egna teamen"),
        Reach::Office => ("One’s office and teams", "Det egna kontoret och teamen"),
        Reach::Organisation => ("The whole organisation", "Hela organisationen"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// Who a role is for (OG-09, OG-15, CS-23). The organisation's own text has precedence.
pub fn role_purpose(l: Language, role: &RoleName, own: &str) -> String {
    if !own.is_empty() {
        return own.to_owned();
    }
    let (en, sv) = match role.built_in {
        Some(BuiltInRole::User) => return messages::role_always(l),
        Some(BuiltInRole::SystemAdministrator) => (
            "Runs the installation: full access, and manages all organisations",
            "Driver installationen: full åtkomst, och hanterar alla organisationer",
        ),
        Some(BuiltInRole::OrganisationAdministrator) => (
            "For leadership and program managers: people and their access",
            "För ledning och programansvariga: personer och deras åtkomst",
        ),
        Some(BuiltInRole::SecurityAdministrator) => (
            "Creates portal administrators and super users",
            "Skapar portaladministratörer och superanvändare",
        ),
        Some(BuiltInRole::PortalAdministrator) => (
            "Runs a customer’s portal: adds and manages super users, caseworkers, staff and viewers",
            "Sköter en kunds portal: lägger till och hanterar superanvändare, handläggare, personal och läsbehöriga",
        ),
        Some(BuiltInRole::SuperUser) => (
            "For a customer’s own key people: sees people",
            "För en kunds egna nyckelpersoner: ser personer",
        ),
        Some(BuiltInRole::Supervisor) => (
            "For team leads: sees people and their activity",
            "För arbetsledare: ser personer och deras aktivitet",
        ),
        Some(BuiltInRole::Caseworker) => (
            "For direct service staff, case managers and intake: own caseload",
            "För handläggare och mottagning: egna ärenden",
        ),
        Some(BuiltInRole::Staff) => (
            "For office staff: adds other staff of their office",
            "För kontorspersonal: lägger till annan personal på sitt kontor",
        ),
        Some(BuiltInRole::Viewer) => (
            "For people who only need to view records",
            "För den som bara behöver läsa uppgifter",
        ),
        Some(BuiltInRole::Assistant) => (
            "For people who assist clients: sees only the clients they are linked to",
            "För den som assisterar brukare: ser bara de brukare som den är länkad till",
        ),
        Some(BuiltInRole::Client) => (
            "For a client with an account: sees their own page",
            "För en brukare med konto: ser sin egen sida",
        ),
        None => ("", ""),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

/// An event, as the end of a sentence that begins with the actor.
pub fn event(l: Language, line: &ActivityEntry) -> String {
    let roles: Vec<_> = line.roles.iter().map(|named| role(l, named)).collect();
    let roles = roles.join(", ");
    let unit = line.unit.clone().unwrap_or_default();
    let other = line.other.clone().unwrap_or_default();
    let listed = line
        .list
        .as_ref()
        .map(|named| list(l, named))
        .unwrap_or_default();
    let (en, sv) = match &line.event {
        Event::OrganisationCreated => (
            "created the organisation".into(),
            "skapade organisationen".into(),
        ),
        Event::OrganisationEdited { .. } => (
            "changed the organisation’s name or licence agreement".into(),
            "ändrade organisationens namn eller licensavtal".into(),
        ),
        Event::OrganisationSuspended { .. } => (
            "suspended the organisation".into(),
            "stängde av organisationen".into(),
        ),
        Event::OrganisationResumed { .. } => (
            "let the organisation’s people in again".into(),
            "släppte in organisationens personer igen".into(),
        ),
        Event::AdministratorManaged { act, .. } => match act {
            AdministratorAct::Invite => (
                format!("sent an administrator of {unit} a new link"),
                format!("skickade en ny länk till en administratör hos {unit}"),
            ),
            AdministratorAct::RemoveRole => (
                format!("removed the administrator role from an account at {unit}"),
                format!("tog bort administratörsrollen från ett konto hos {unit}"),
            ),
            AdministratorAct::Archive => (
                format!("archived an administrator of {unit}"),
                format!("arkiverade en administratör hos {unit}"),
            ),
            AdministratorAct::Restore => (
                format!("restored an administrator of {unit}"),
                format!("återställde en administratör hos {unit}"),
            ),
        },
        Event::SettingsChanged { .. } => (
            "changed the settings".into(),
            "ändrade inställningarna".into(),
        ),
        Event::NoticeDrafted { .. } => (
            "drafted a notice to the vendor".into(),
            "skrev ett utkast till leverantören".into(),
        ),
        Event::NoticeSent { .. } => (
            "sent a notice to the vendor".into(),
            "skickade ett meddelande till leverantören".into(),
        ),
        Event::UserCreated { way_in, .. } => {
            let (en, sv) = match way_in {
                SignInSetup::Invitation => ("with an invitation", "med en inbjudan"),
                SignInSetup::OnlyAdd => ("without an invitation", "utan inbjudan"),
                SignInSetup::TemporaryPassword => ("with a password", "med ett lösenord"),
            };
            if roles.is_empty() {
                (
                    format!("created the account {en}"),
                    format!("skapade kontot {sv}"),
                )
            } else {
                (
                    format!("created the account as {roles}, {en}"),
                    format!("skapade kontot som {roles}, {sv}"),
                )
            }
        }
        Event::UserEdited { .. } => ("changed details".into(), "ändrade uppgifter".into()),
        Event::RoleGiven { .. } => (
            format!("gave the role {roles}"),
            format!("gav rollen {roles}"),
        ),
        Event::RoleRemoved { .. } => (
            format!("removed the role {roles}"),
            format!("tog bort rollen {roles}"),
        ),
        Event::RoleMade { .. } => ("created the role".into(), "skapade rollen".into()),
        Event::RoleEdited { .. } => ("changed the role".into(), "ändrade rollen".into()),
        Event::RoleRetired { instead: None, .. } => (
            "deactivated the role without a replacement".into(),
            "inaktiverade rollen utan ersättning".into(),
        ),
        Event::RoleRetired { .. } => (
            format!("deactivated the role and replaced it with {roles}"),
            format!("inaktiverade rollen och ersatte den med {roles}"),
        ),
        Event::TemporaryPasswordSet { .. } => (
            "set a temporary password".into(),
            "satte ett tillfälligt lösenord".into(),
        ),
        Event::Invited { .. } => ("sent an invitation".into(), "skickade en inbjudan".into()),
        Event::InvitationAccepted { .. } => (
            "followed the invitation and set a password".into(),
            "följde inbjudan och valde ett lösenord".into(),
        ),
        Event::PasswordChanged { .. } => ("changed the password".into(), "bytte lösenordet".into()),
        Event::ProfileEdited { .. } => (
            "changed the own profile".into(),
            "ändrade sin egen profil".into(),
        ),
        Event::EmailChangeAsked { .. } => (
            "asked for another e-mail address".into(),
            "bad om en annan e-postadress".into(),
        ),
        Event::EmailChanged { .. } => (
            "confirmed the new e-mail address".into(),
            "bekräftade den nya e-postadressen".into(),
        ),
        Event::UserArchived { .. } => ("archived the account".into(), "arkiverade kontot".into()),
        Event::UserRestored { .. } => ("restored the account".into(), "återställde kontot".into()),
        Event::SignedIn { .. } => ("signed in".into(), "loggade in".into()),
        Event::SignedOut { .. } => ("signed out".into(), "loggade ut".into()),
        Event::SignInFailed { .. } => (
            "tried to sign in with a wrong password".into(),
            "försökte logga in med fel lösenord".into(),
        ),
        Event::MailFinished { sent: true, .. } => {
            ("delivered a mail".into(), "levererade ett mejl".into())
        }
        Event::MailFinished { sent: false, .. } => (
            "gave up delivering a mail".into(),
            "gav upp att leverera ett mejl".into(),
        ),
        Event::OfficeMade { .. } => ("created an office".into(), "skapade ett kontor".into()),
        Event::OfficeRenamed { .. } => (
            "renamed an office".into(),
            "bytte namn på ett kontor".into(),
        ),
        Event::OfficeClosed { .. } => ("closed an office".into(), "stängde ett kontor".into()),
        Event::TeamMade { .. } => ("created a team".into(), "skapade ett team".into()),
        Event::TeamEdited { .. } => ("changed a team".into(), "ändrade ett team".into()),
        Event::TeamClosed { .. } => ("closed a team".into(), "stängde ett team".into()),
        Event::OfficeChanged {
            office: Some(_), ..
        } => (
            format!("moved the account to the office {unit}"),
            format!("flyttade kontot till kontoret {unit}"),
        ),
        Event::OfficeChanged { office: None, .. } => (
            "closed the office the account was bound to".into(),
            "stängde kontoret som kontot var knutet till".into(),
        ),
        Event::MemberAdded { .. } => (
            format!("added the account to the team {unit}"),
            format!("lade till kontot i teamet {unit}"),
        ),
        Event::MemberRemoved { .. } => (
            format!("removed the account from the team {unit}"),
            format!("tog bort kontot ur teamet {unit}"),
        ),
        Event::CoverGiven { .. } => (
            format!("had the account cover the team {unit}"),
            format!("lät användaren vikariera för teamet {unit}"),
        ),
        Event::CoverEnded { .. } => (
            format!("ended the cover of the team {unit}"),
            format!("avslutade vikarieringen för teamet {unit}"),
        ),
        Event::ClientCreated { .. } => ("added the client".into(), "lade till brukaren".into()),
        Event::ClientEdited { covering: None, .. } => {
            ("changed details".into(), "ändrade uppgifter".into())
        }
        Event::ClientEdited { .. } => (
            format!("changed details, covering for the team {unit}"),
            format!("ändrade uppgifter, vikarierade för teamet {unit}"),
        ),
        Event::ClientMoved { to, covering, .. } => {
            let (en, sv) = match to {
                Some(_) => (
                    format!("made {other} responsible"),
                    format!("gjorde {other} ansvarig"),
                ),
                None => (
                    "put the client into the team’s queue".to_owned(),
                    "lade brukaren i teamets kö".to_owned(),
                ),
            };
            match covering {
                Some(_) => (
                    format!("{en}, covering for the team {unit}"),
                    format!("{sv}, vikarierade för teamet {unit}"),
                ),
                None => (en, sv),
            }
        }
        Event::ClientArchived { .. } => {
            ("archived the client".into(), "arkiverade brukaren".into())
        }
        Event::ClientRestored { .. } => {
            ("restored the client".into(), "återställde brukaren".into())
        }
        Event::CaseloadMoved {
            to: Some(_),
            clients: count,
            ..
        } => (
            format!("moved {} to {other}", clients(l, *count, false)),
            format!("flyttade {} till {other}", clients(l, *count, false)),
        ),
        Event::CaseloadMoved { clients: count, .. } => {
            let moved = clients(l, *count, false);
            (
                format!("moved {moved} into the queues of their teams"),
                format!("flyttade {moved} till deras teams köer"),
            )
        }
        Event::CaseloadReturned { clients: count, .. } => (
            format!("gave {} back", clients(l, *count, false)),
            format!("återlämnade {}", clients(l, *count, false)),
        ),
        Event::ClientsLinked { clients: count, .. } => (
            format!("linked the account to {}", clients(l, *count, false)),
            format!("länkade kontot till {}", clients(l, *count, false)),
        ),
        Event::ClientsUnlinked { clients: count, .. } => (
            format!("unlinked the account from {}", clients(l, *count, false)),
            format!("avlänkade kontot från {}", clients(l, *count, false)),
        ),
        Event::ListMade { .. } => ("created a list".into(), "skapade en lista".into()),
        Event::ListRenamed { .. } => ("renamed a list".into(), "bytte namn på en lista".into()),
        Event::ListClosed { .. } => ("closed a list".into(), "stängde en lista".into()),
        Event::ListLeft { .. } => (
            format!("closed the list {listed}, which the account was on"),
            format!("stängde listan {listed}, som kontot fanns på"),
        ),
        Event::CustomerMade { .. } => ("created the customer".into(), "skapade kunden".into()),
        Event::CustomerRenamed { .. } => {
            ("renamed the customer".into(), "bytte namn på kunden".into())
        }
        Event::CustomerClosed { .. } => ("closed the customer".into(), "stängde kunden".into()),
        Event::ContractMade { .. } => (
            format!("created the contract {unit}"),
            format!("skapade avtalet {unit}"),
        ),
        Event::ContractEdited { .. } => (
            format!("changed the contract {unit}"),
            format!("ändrade avtalet {unit}"),
        ),
        Event::ContractClosed { .. } => (
            format!("closed the contract {unit}"),
            format!("stängde avtalet {unit}"),
        ),
        Event::CustomerLeft { .. } => (
            format!("closed the customer {unit}, which the account had"),
            format!("stängde kunden {unit}, som kontot hade"),
        ),
        Event::ConfigLeft { .. } => (
            format!("closed the contract {unit}, whose organization config the account had"),
            format!("stängde avtalet {unit}, vars organisationskonfiguration kontot hade"),
        ),
        Event::LinkProposed { .. } => (
            format!("proposed to link the account with one in {unit}"),
            format!("föreslog att kontot länkas med ett i {unit}"),
        ),
        Event::LinkAgreed { linked: false, .. } => (
            format!("agreed to link the account with one in {unit}"),
            format!("godkände att kontot länkas med ett i {unit}"),
        ),
        Event::LinkAgreed { linked: true, .. } => (
            format!("agreed to link the account with one in {unit}: they are linked now"),
            format!("godkände att kontot länkas med ett i {unit}: de är nu länkade"),
        ),
        Event::LinkDeclined { .. } => (
            format!("declined to link the account with one in {unit}"),
            format!("avböjde att kontot länkas med ett i {unit}"),
        ),
        Event::LinkWithdrawn { .. } => (
            format!("withdrew the proposal to link the account with one in {unit}"),
            format!("drog tillbaka förslaget att länka kontot med ett i {unit}"),
        ),
        Event::AccountLinked { .. } => (
            format!("linked the account with one in {unit}"),
            format!("länkade kontot med ett i {unit}"),
        ),
        Event::AccountUnlinked { .. } => (
            format!("unlinked the account from the one in {unit}"),
            format!("avlänkade kontot från det i {unit}"),
        ),
        Event::SwitchedAway { .. } => (
            format!("switched to the account in {unit}"),
            format!("bytte till kontot i {unit}"),
        ),
        Event::SwitchedHere { .. } => (
            format!("came from the account in {unit}"),
            format!("kom från kontot i {unit}"),
        ),
        Event::LinkAsked { .. } => (
            "asked for the account to be linked with one elsewhere".into(),
            "begärde att kontot länkas med ett på annat håll".into(),
        ),
        Event::LinkAnswered { linked: true, .. } => (
            "approved the request to link the account".into(),
            "godkände begäran om att länka kontot".into(),
        ),
        Event::LinkAnswered { linked: false, .. } => (
            "declined the request to link the account".into(),
            "avslog begäran om att länka kontot".into(),
        ),
        Event::DashboardMade { .. } => ("created a dashboard".into(), "skapade en översikt".into()),
        Event::DashboardEdited { .. } => {
            ("changed a dashboard".into(), "ändrade en översikt".into())
        }
        Event::DashboardClosed { .. } => {
            ("closed a dashboard".into(), "stängde en översikt".into())
        }
        Event::DashboardsAssigned { .. } => (
            "chose the account’s dashboards".into(),
            "valde kontots översikter".into(),
        ),
        Event::ReportExported => ("downloaded a report".into(), "hämtade en rapport".into()),
        Event::ResourceMade { .. } => ("created the resource".into(), "skapade resursen".into()),
        Event::ResourceEdited { .. } => ("changed the resource".into(), "ändrade resursen".into()),
        Event::ResourceClosed { .. } => ("closed the resource".into(), "stängde resursen".into()),
        Event::ReferralMoved { step: what, .. } => return step(l, *what),
        Event::Throttled { .. } => (
            "was asked to wait after too many wrong passwords".into(),
            "ombads vänta efter för många fel lösenord".into(),
        ),
        Event::PasswordRefused { .. } => (
            "entered a wrong current password".into(),
            "angav fel nuvarande lösenord".into(),
        ),
        Event::Repeated { of, times, .. } => return repeated(l, *of, *times),
        Event::Refused { .. } => ("was refused something".into(), "nekades något".into()),
    };
    in_language(l, en, sv)
}

/// A repeated event that was counted instead of recorded each time.
fn repeated(l: Language, of: Repeatable, times: u32) -> String {
    let (en, sv) = match of {
        Repeatable::Refused => ("was refused something", "nekades något"),
        Repeatable::ProfileEdited => ("changed their own details", "ändrade sina egna uppgifter"),
        Repeatable::SignInFailed => (
            "tried to sign in with a wrong password",
            "försökte logga in med fel lösenord",
        ),
        Repeatable::Throttled => (
            "was asked to wait after too many wrong passwords",
            "ombads vänta efter för många fel lösenord",
        ),
        Repeatable::PasswordRefused => (
            "entered a wrong current password",
            "angav fel nuvarande lösenord",
        ),
    };
    let more = if times == 1 { "time" } else { "times" };
    in_language(
        l,
        format!("{en} {times} more {more}"),
        format!("{sv} {times} gånger till"),
    )
}

/// The actor of an event, with the linked account that they signed in with.
pub fn actor(l: Language, line: &ActivityEntry) -> String {
    let (en, sv) = match (&line.who, &line.event) {
        (Actor::Named(name), _) => {
            return match &line.through {
                Some(Through {
                    name: through,
                    organisation,
                }) => messages::by_through(l, name, through, organisation),
                None => name.clone(),
            };
        }
        (
            Actor::System,
            Event::SignInFailed { .. }
            | Event::Throttled { .. }
            | Event::Repeated {
                of: Repeatable::SignInFailed | Repeatable::Throttled,
                ..
            },
        )
        | (Actor::Hidden, _) => ("Somebody", "Någon"),
        (Actor::Operator(Some(name)), _) => return name.clone(),
        (Actor::Operator(None), _) => ("A System administrator", "En systemadministratör"),
        (Actor::Holder, _) => (
            "The holder of the other account",
            "Den som har det andra kontot",
        ),
        (Actor::System, _) => ("The system", "Systemet"),
    };
    in_language(l, en.to_owned(), sv.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_nobody_sees_is_named_and_not_quoted() {
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
    fn one_of_something_was_told_as_several() {
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
            crate::users::delivery_in(l, &usher_types::mail::Delivery::Waiting { attempts: 1 }),
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
