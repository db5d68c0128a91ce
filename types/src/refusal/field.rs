//! The fields of all forms, by the name of their input.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($name:ident = $code:literal),* $(,)?) => {
        /// A field of some form; its name in the markup is [`Field::name`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "each is the field it names")]
        pub enum Field {
            $(#[serde(rename = $code)] $name,)*
        }

        impl Field {
            /// The name of the input that holds it.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// The field an input of that name holds.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $($code => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Form = "form",
    FirstName = "first_name",
    LastName = "last_name",
    SingleName = "single_name",
    Email = "email",
    Phone = "phone",
    JobTitle = "job_title",
    Language = "language",
    Theme = "theme",
    IdentityNumber = "identity_number",
    LoginName = "login_name",
    Organisation = "organisation_name",
    Roles = "roles",
    WayIn = "way_in",
    TemporaryPassword = "temporary_password",
    Password = "password",
    NewPassword = "new_password",
    CurrentPassword = "current_password",
    Reason = "reason",
    OtherLogin = "other_login",
    Role = "role",
    UnitName = "unit_name",
    Office = "office",
    Teams = "teams",
    Instead = "instead",
    CoverTeams = "cover_teams",
    CoverFrom = "cover_from",
    CoverUntil = "cover_until",
    CoverReason = "cover_reason",
    RoleName = "name",
    Purpose = "purpose",
    Allows = "allows",
    Gives = "gives",
    Manages = "manages",
    RequiresOffice = "requires_office",
    RequiresClient = "requires_client",
    ArchiveReason = "archive_reason",
    Languages = "languages",
    TimeZone = "time_zone",
    LoginNameFormat = "login_name_format",
    OwnDomains = "own_domains",
    RequiredFields = "required_fields",
    ArchiveReasons = "archive_reasons",
    SupportContact = "support_contact",
    UsesLms = "uses_lms",
    UsesPortal = "uses_portal",
    Seats = "seats",
    LicenceFrom = "licence_from",
    LicenceUntil = "licence_until",
    VendorAddress = "vendor_address",
    Lists = "lists",
    LmsManager = "lms_manager",
    ClientNumber = "client_number",
    ClientNote = "client_note",
    Team = "team",
    Responsible = "responsible",
    Assistants = "assistants",
    ClientAccess = "client_access",
    LinkedClients = "linked_clients",
    Clients = "clients",
    To = "to",
    Customers = "customers",
    Config = "config",
    Dashboards = "dashboards",
    Widgets = "widgets",
    BroughtBy = "brought_by",
    From = "from",
    Until = "until",
    // resources and referrals
    Description = "description",
    Capacity = "capacity",
    Contact = "contact",
    Opening = "opening",
    IsShared = "is_shared",
    TakesReferrals = "takes_referrals",
    Destination = "destination",
    Why = "why",
    Note = "note",
}
