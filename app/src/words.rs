//! Every word a person reads, in both languages, side by side.
//!
//! Invariant: the compiler holds the two together: a sentence without its twin, or one that names an argument the other does
//! not have, does not build. No sentence is glued from parts.

macro_rules! words {
    ($($name:ident $(($($arg:ident),*))? : $en:literal, $sv:literal;)*) => {$(
        pub fn $name(language: usher_types::Language $(, $($arg: impl std::fmt::Display),*)?) -> String {
            match language {
                usher_types::Language::En => format!($en),
                usher_types::Language::Sv => format!($sv),
            }
        }
    )*};
}

#[cfg(feature = "ssr")]
pub(crate) use words;

words! {
    // the frame
    skip: "Skip to content", "Hoppa till innehållet";
    menu: "Menu", "Meny";
    main_navigation: "Main", "Huvudmeny";
    home: "Home", "Hem";
    admin: "Admin", "Administration";
    users: "Users", "Användare";
    organisation: "Organisation", "Organisation";
    create: "Create", "Skapa";
    user: "User", "Användare";
    go_to: "Go to", "Gå till";
    profile: "Profile", "Profil";
    roles_are: "What each allows, how far, and who holds it.", "Vad var och en tillåter, hur långt, och vem som har den.";
    whom_for: "For whom", "För vem";
    holders: "Held by", "Innehas av";
    held_by(people): "See who holds it: {people}", "Se vem som har den: {people}";
    permissions: "Permissions", "Behörigheter";
    reach_none: "No", "Nej";
    may_give: "May give", "Får ge";
    may_give_why: "The roles its holder can give to somebody. Everybody holds User.", "Rollerna som den som har rollen kan ge någon. Alla har Användare.";
    may_manage: "May manage", "Får hantera";
    may_manage_why: "Its holder can edit, archive or reset a person only if every role of that person, beside User, is one of these.", "Den som har rollen kan redigera, arkivera eller återställa en person bara om personens alla roller, utöver Användare, finns här.";
    all_roles: "All roles", "Alla roller";

    // offices and teams
    offices: "Offices", "Kontor";
    office: "Office", "Kontor";
    offices_are: "Who is bound to an office sees nothing of the others.", "Den som är knuten till ett kontor ser inget av de andra.";
    no_offices: "No offices yet", "Inga kontor ännu";
    no_offices_why: "Without offices everybody’s reach is the whole organisation. Add one to keep people and their data apart.", "Utan kontor når alla hela organisationen. Lägg till ett för att hålla isär personer och deras uppgifter.";
    add_office: "Add office", "Lägg till kontor";
    create_office: "Create office", "Skapa kontor";
    rename_office: "Rename office", "Byt namn på kontoret";
    close_office: "Close office", "Stäng kontoret";
    keep_office: "Keep office", "Behåll kontoret";
    close_office_lead(name, people, teams): "{name} has {people} and {teams}, archived people not counted. All of them are moved first; nobody is signed out, and nothing is lost.", "{name} har {people} och {teams}, arkiverade personer oräknade. Alla flyttas först; ingen loggas ut och inget går förlorat.";
    no_office: "No office", "Inget kontor";
    office_hint: "Bound to an office, a person sees nothing of the others", "Den som är knuten till ett kontor ser inget av de andra";
    all_offices: "All offices", "Alla kontor";
    no_team_here: "No team sits here.", "Inget team sitter här.";
    teams: "Teams", "Team";
    team: "Team", "Team";
    teams_are: "Who works together. Some roles reach one’s own teams alone.", "De som arbetar tillsammans. Vissa roller når bara de egna teamen.";
    no_teams: "No teams yet", "Inga team ännu";
    no_teams_why: "Teams say who works together, whose work somebody covers, and how far some roles reach.", "Team visar vilka som arbetar tillsammans, vems arbete någon täcker och hur långt vissa roller når.";
    add_team: "Add team", "Lägg till team";
    create_team: "Create team", "Skapa team";
    edit_team: "Edit team", "Redigera team";
    close_team: "Close team", "Stäng teamet";
    keep_team: "Keep team", "Behåll teamet";
    close_team_lead(name, people): "{name} has {people}, archived people not counted. They are moved first. Who covers the team covers it no longer.", "{name} har {people}, arkiverade personer oräknade. De flyttas först. Den som täcker teamet täcker det inte längre.";
    no_team: "No team", "Inget team";
    team_office_hint: "The office it sits in; a team may span several", "Kontoret det sitter i; ett team kan omfatta flera";
    all_teams: "All teams", "Alla team";
    team_one: "1 team", "1 team";
    teams_of(teams): "{teams} teams", "{teams} team";
    sits_in(office): "Sits in {office}", "Sitter i {office}";
    members: "Members", "Medlemmar";
    no_member: "Nobody belongs to this team yet.", "Ingen hör till teamet ännu.";
    change_members: "Change members", "Ändra medlemmar";
    add_member: "Add a member", "Lägg till en medlem";
    add: "Add", "Lägg till";
    add_person(name): "Add {name}", "Lägg till {name}";
    remove: "Remove", "Ta bort";
    remove_member(name): "Remove {name}", "Ta bort {name}";
    parts: "Parts", "Delar";
    access_of(name): "Access of {name}", "Åtkomst för {name}";
    sees_people(people): "Sees {people}.", "Ser {people}.";
    by_role(role, reach): "{role}: {reach}", "{role}: {reach}";
    what: "What", "Vad";
    how_far: "How far", "Hur långt";
    why: "Why", "Varför";
    team_widens: "Roles that reach one’s teams reach its members", "Roller som når de egna teamen når dess medlemmar";
    covers_team(team): "Covers {team}", "Täcker {team}";
    not_narrowed: "No office, no team, no cover.", "Inget kontor, inget team, ingen täckning.";
    team_coverage: "Team coverage", "Teamtäckning";
    team_coverage_hint: "Other teams whose work this person covers: their clients and caseload, not their people.", "Andra team vars arbete personen täcker: deras klienter och ärenden, inte deras personer.";
    cover_opens: "Cover opens a team’s clients and caseload, not its people. It ends by itself.", "Täckning öppnar ett teams klienter och ärenden, inte dess personer. Den upphör av sig själv.";
    cover_from: "From", "Från";
    cover_from_hint: "Empty: at once", "Tomt: genast";
    cover_until: "Until", "Till";
    cover_until_hint: "Empty: until somebody ends it", "Tomt: tills någon avslutar den";
    cover_reason: "Reason for the cover", "Skäl för täckningen";
    cover_reason_hint: "For instance holiday, or sick leave; both teams can read it", "Till exempel semester eller sjukskrivning; båda teamen kan läsa det";
    cover_span(from, until): "{from} until {until}", "{from} till {until}";
    cover_since(from): "From {from}, until somebody ends it", "Från {from}, tills någon avslutar den";
    covers_now: "Covers", "Täcker";
    covers_nothing: "Covers no other team.", "Täcker inget annat team.";
    covered_by: "Covered by", "Täcks av";
    members_cover: "Its members cover", "Medlemmarna täcker";
    covers_for(name, team): "{name} for {team}", "{name} för {team}";
    add_cover: "Add cover", "Lägg till täckning";
    end_cover: "End", "Avsluta";
    end_cover_of(team): "End cover of {team}", "Avsluta täckningen av {team}";
    no_team_to_cover: "There is no other team to cover.", "Det finns inget annat team att täcka.";
    upcoming: "Upcoming", "Kommande";
    see_people(people): "See {people}", "Se {people}";
    people: "People", "Personer";
    place: "Office and teams", "Kontor och team";
    instead: "Move them to", "Flytta dem till";
    instead_hint: "Choose nothing to leave them without", "Välj inget för att lämna dem utan";
    instead_office_must: "Some of them must have an office: their role or the organisation asks for one", "Några av dem måste ha ett kontor: deras roll eller organisationen kräver det";
    unit_name: "Name", "Namn";
    your_menu(name): "{name}, your menu", "{name}, din meny";
    sign_out: "Sign out", "Logga ut";
    language: "Language", "Språk";
    theme: "Theme", "Utseende";
    theme_device: "System", "System";
    theme_light: "Light", "Ljust";
    theme_dark: "Dark", "Mörkt";
    language_of_organisation: "The organisation’s", "Organisationens";
    page_not_found: "This page cannot be found", "Sidan finns inte";
    page_not_found_why: "It may have been moved, or the address has a typing error.", "Den kan ha flyttats, eller så är adressen felskriven.";
    go_home: "Go to Home", "Gå till Hem";
    error_title(title): "Error: {title}", "Fel: {title}";

    // the door
    sign_in: "Sign in", "Logga in";
    sign_in_lead: "To your organisation’s people and work.", "Till organisationens personer och arbete.";
    login_name: "Login name", "Användarnamn";
    login_name_hint: "User ID: e-mail address or user name", "Användar-ID: e-postadress eller användarnamn";
    password: "Password", "Lösenord";
    cannot_sign_in: "Can’t sign in? Ask an administrator of your organisation for a new invitation.", "Kan du inte logga in? Be en administratör i din organisation om en ny inbjudan.";
    set_password: "Set your password", "Välj ditt lösenord";
    set_password_for(name): "This is the account of {name}.", "Det här är kontot för {name}.";
    you_sign_in_as(login_name): "You will sign in as {login_name}.", "Du loggar in som {login_name}.";
    new_password: "New password", "Nytt lösenord";
    current_password: "Current password", "Nuvarande lösenord";
    save_password: "Save password", "Spara lösenordet";
    link_unusable: "This link cannot be used", "Länken kan inte användas";
    link_unusable_why: "It may have been used already, it may have expired, a newer one may have replaced it, or part of it may be missing.", "Den kan redan ha använts, ha gått ut, ha ersatts av en nyare, eller så saknas en del av den.";
    link_unusable_next: "Open the newest mail you have. If that does not help, ask an administrator of your organisation to send a new one.", "Öppna det senaste brevet du fått. Om det inte hjälper, be en administratör i din organisation att skicka ett nytt.";
    set_up: "Set up Usher", "Kom igång med Usher";
    set_up_lead: "Nobody has an account yet. This makes your organisation and its first System administrator.", "Ingen har ett konto ännu. Här skapas din organisation och dess första systemadministratör.";
    organisation_name: "Organisation’s name", "Organisationens namn";
    create_organisation: "Create organisation", "Skapa organisationen";
    confirm_email: "Confirm your e-mail", "Bekräfta din e-postadress";
    confirm_email_lead(email): "From now on {email} is your address here.", "Från och med nu är {email} din adress här.";
    confirm_email_button: "Confirm e-mail", "Bekräfta e-postadressen";
    change_password_first: "Choose a password of your own", "Välj ett eget lösenord";
    change_password_first_why: "You signed in with a temporary password. Change it to go on.", "Du loggade in med ett tillfälligt lösenord. Byt det för att fortsätta.";

    // fields
    required: "* required", "* obligatoriskt";
    first_name: "First name", "Förnamn";
    last_name: "Last name", "Efternamn";
    single_name: "This person has one name only", "Personen har bara ett namn";
    email: "E-mail", "E-post";
    email_hint: "Needed for an invitation and for “Forgot password”", "Behövs för inbjudan och för ”Glömt lösenord”";
    phone: "Phone", "Telefon";
    job_title: "Job title", "Befattning";
    identity_number: "Identity number", "Personnummer";
    identity_number_hint: "Personnummer or samordningsnummer, 12 digits; kept encrypted and shown masked", "Personnummer eller samordningsnummer, 12 siffror; sparas krypterat och visas maskerat";
    identity_change: "Replace the identity number", "Ersätt personnumret";
    identity_change_hint(masked): "Now {masked}. Leave the field empty to remove it.", "Nu {masked}. Lämna fältet tomt för att ta bort det.";
    none: "None", "Inget";
    roles: "Roles", "Roller";
    role: "Role", "Roll";
    reason: "Reason", "Skäl";
    reason_kept: "Kept in the audit", "Sparas i loggen";
    not_provided: "Not provided", "Ej angivet";

    // users
    add_user: "Add user", "Lägg till användare";
    person_one: "1 person", "1 person";
    people_of(people): "{people} people", "{people} personer";
    people_more(people): "more than {people} people", "fler än {people} personer";
    untold(people): "{people} without a way in", "{people} utan sätt att logga in";
    search_users: "Search users", "Sök användare";
    search_hint: "Name, login name or e-mail", "Namn, användarnamn eller e-post";
    search: "Search", "Sök";
    status: "Status", "Status";
    all_statuses: "All", "Alla";
    status_active: "Active", "Aktiv";
    status_invited: "Invited", "Inbjuden";
    status_no_way_in: "No way in", "Kan inte logga in";
    status_archived: "Archived", "Arkiverad";
    name: "Name", "Namn";
    created: "Created", "Skapad";
    created_by(day, name): "{day} by {name}", "{day} av {name}";
    last_activity: "Last activity", "Senast aktiv";
    never: "never", "aldrig";
    actions: "Actions", "Åtgärder";
    edit: "Edit", "Redigera";
    edit_person(name): "Edit {name}", "Redigera {name}";
    no_email: "no e-mail", "ingen e-post";
    pages: "Pages", "Sidor";
    first: "First", "Första";
    previous: "Previous", "Föregående";
    next: "Next", "Nästa";
    last: "Last", "Sista";
    nobody_found: "Nobody found", "Ingen hittades";
    nobody_found_why: "No user’s name, login name or e-mail has all of these words.", "Ingen användares namn, användarnamn eller e-post innehåller alla dessa ord.";
    show_everybody: "Show everybody", "Visa alla";
    nobody_yet: "Nobody here yet", "Ingen här ännu";
    nobody_yet_why: "Add the people who work here. Each gets a login name, roles and a safe way to sign in.", "Lägg till dem som arbetar här. Var och en får ett användarnamn, roller och ett säkert sätt att logga in.";
    personal_details: "Personal details", "Personuppgifter";
    access: "Access", "Åtkomst";
    way_in: "Way in", "Sätt att logga in";
    show_optional: "Show optional fields", "Visa frivilliga fält";
    free: "Free", "Ledigt";
    organisation_locked: "Yours; it cannot be changed", "Din egen; den kan inte ändras";
    role_always: "Always on: sign in, own profile", "Alltid på: logga in, egen profil";
    way_invitation: "Send an invitation", "Skicka inbjudan";
    way_invitation_hint: "A mail with the login name and a link to set a password", "Ett brev med användarnamnet och en länk för att välja lösenord";
    way_only_add: "Only add", "Lägg bara till";
    way_only_add_hint: "No way in yet; invite later", "Kan inte logga in ännu; bjud in senare";
    way_temporary: "Set a temporary password", "Sätt ett tillfälligt lösenord";
    way_temporary_hint: "Must be changed at first sign-in; never mailed", "Måste bytas vid första inloggningen; skickas aldrig med e-post";
    temporary_password: "Temporary password", "Tillfälligt lösenord";
    temporary_password_hint: "Only for “Set a temporary password”", "Bara för ”Sätt ett tillfälligt lösenord”";
    review(organisation): "Will be created in {organisation}.", "Skapas i {organisation}.";
    review_as(organisation, roles): "Will be created in {organisation} as {roles}.", "Skapas i {organisation} som {roles}.";
    told_by_mail: "Told by mail.", "Får veta det med e-post.";
    told_by_you: "Told by you: hand over the temporary password.", "Får veta det av dig: lämna över det tillfälliga lösenordet.";
    told_by_nobody: "Not told yet.", "Får inte veta det ännu.";
    cancel: "Cancel", "Avbryt";
    create_user: "Create user", "Skapa användare";
    save_changes: "Save changes", "Spara ändringar";
    archive_user: "Archive user", "Arkivera användare";
    restore_user: "Restore user", "Återställ användare";
    add_a_role: "Add a role", "Lägg till en roll";
    add_role: "Add role", "Lägg till rollen";
    remove_role(role): "Remove {role}", "Ta bort {role}";
    change_password: "Change password", "Byt lösenord";
    send_invitation: "Send invitation", "Skicka inbjudan";
    edit_details: "Edit details", "Redigera uppgifter";
    details: "Details", "Uppgifter";
    activity: "Activity", "Aktivitet";
    still_missing: "Still missing", "Saknas ännu";
    missing_role: "A role beside User", "En roll utöver Användare";
    missing_way_in: "A way in", "Ett sätt att logga in";
    missing_email: "An e-mail address", "En e-postadress";
    verified: "Verified", "Bekräftad";
    not_verified: "Not verified", "Inte bekräftad";
    temporary_until(when): "Temporary password, good until {when}", "Tillfälligt lösenord, giltigt till {when}";
    invitation: "Invitation", "Inbjudan";
    invitation_waiting: "Waiting to be sent", "Väntar på att skickas";
    invitation_retry(tries): "Not delivered yet; {tries} tries so far", "Inte levererad ännu; {tries} försök hittills";
    invitation_sent(when): "Sent {when}", "Skickad {when}";
    invitation_failed(when): "Given up {when}", "Gavs upp {when}";
    archived_because: "Archived because", "Arkiverad därför att";
    archive_lead(name): "{name} is signed out everywhere and can no longer sign in. Nothing is lost: the account goes to the user bank with its roles, and can be restored.", "{name} loggas ut överallt och kan inte längre logga in. Inget går förlorat: kontot läggs i användarbanken med sina roller och kan återställas.";
    keep_user: "Keep user", "Behåll användaren";
    restore_lead(name): "{name} comes back with the same roles, and needs a new way in: an old password does not come back to life.", "{name} kommer tillbaka med samma roller och behöver ett nytt sätt att logga in: ett gammalt lösenord får inte liv igen.";
    invite_lead(name, email): "{name} gets a mail at {email} with the login name and a link to set a password. Links sent earlier stop working.", "{name} får ett brev till {email} med användarnamnet och en länk för att välja lösenord. Tidigare länkar slutar fungera.";
    invite_needs_email(name): "{name} has no e-mail address. Add one first, or set a temporary password.", "{name} har ingen e-postadress. Lägg till en först, eller sätt ett tillfälligt lösenord.";
    temporary_lead(name): "{name} is signed out everywhere and must change this password at the next sign-in. It is good for 7 days. Hand it over yourself: it is never mailed.", "{name} loggas ut överallt och måste byta lösenordet vid nästa inloggning. Det gäller i 7 dagar. Lämna över det själv: det skickas aldrig med e-post.";
    roles_lead(name): "What {name} may do is the sum of these roles.", "Vad {name} får göra är summan av de här rollerna.";
    no_role_to_give: "There is no further role you may give.", "Det finns ingen fler roll som du får ge.";
    choose_role: "Choose a role", "Välj en roll";
    active_caseworkers: "Active caseworkers", "Aktiva handläggare";
    add_caseworker: "Add a new caseworker", "Lägg till ny handläggare";

    // passwords
    good_password: "A good password", "Ett bra lösenord";
    tip_length(least): "{least} characters or more", "{least} tecken eller fler";
    tip_common: "Not a common password", "Inte ett vanligt lösenord";
    tip_names: "Without names from this page", "Utan namn från den här sidan";
    tip_guess: "Hard to guess", "Svårt att gissa";
    tip_met: ": yes", ": ja";
    tip_manager: "A password manager makes and keeps one for you.", "En lösenordshanterare skapar och sparar ett åt dig.";
    strength: "Strength", "Styrka";
    strong: "Strong", "Starkt";
    not_strong_yet: "Not strong yet", "Inte starkt ännu";
    generate: "Generate", "Skapa";
    show: "Show", "Visa";
    hide: "Hide", "Dölj";
    copy: "Copy", "Kopiera";
    copied: "Copied", "Kopierat";

    // what happened
    success(what): "Success: {what}", "Klart: {what}";
    done_created(name): "{name} was created", "{name} har skapats";
    done_created_invited: "An invitation is on its way. Next: look at the roles.", "En inbjudan är på väg. Nästa steg: se över rollerna.";
    done_created_temporary: "Not told yet: hand over the login name and the temporary password.", "Vet inte om det ännu: lämna över användarnamnet och det tillfälliga lösenordet.";
    done_created_only: "Not told yet, and cannot sign in. Next: send an invitation or set a temporary password.", "Vet inte om det ännu och kan inte logga in. Nästa steg: skicka en inbjudan eller sätt ett tillfälligt lösenord.";
    done_office_made: "The office was added. Next: bind people to it", "Kontoret har lagts till. Nästa steg: knyt personer till det";
    done_office_closed: "The office was closed", "Kontoret har stängts";
    done_team_made: "The team was added. Next: add its members", "Teamet har lagts till. Nästa steg: lägg till medlemmarna";
    done_team_closed: "The team was closed", "Teamet har stängts";
    done_member_added: "The member was added", "Medlemmen har lagts till";
    done_cover_given: "The cover was added", "Täckningen har lagts till";
    done_cover_ended: "The cover was ended", "Täckningen har avslutats";
    done_member_removed: "The member was removed", "Medlemmen har tagits bort";
    done_saved: "The changes were saved", "Ändringarna har sparats";
    done_role_given: "The role was added", "Rollen har lagts till";
    done_role_removed: "The role was removed", "Rollen har tagits bort";
    done_temporary: "The temporary password was set. Hand it over: nobody is told by mail", "Det tillfälliga lösenordet är satt. Lämna över det: ingen får det med e-post";
    done_invited: "The invitation is on its way", "Inbjudan är på väg";
    done_archived: "Archived", "Arkiverad";
    done_restored: "Restored. Next: send an invitation or set a temporary password", "Återställd. Nästa steg: skicka en inbjudan eller sätt ett tillfälligt lösenord";
    done_password: "Your password was changed. All other sessions have ended", "Ditt lösenord har bytts. Alla andra sessioner har avslutats";
    done_profile: "Your profile was saved", "Din profil har sparats";
    done_email_asked: "Open the mail we sent to the new address to confirm it. Until then the old one is used", "Öppna brevet vi skickade till den nya adressen för att bekräfta den. Till dess används den gamla";
    done_password_set: "Your password is set. Sign in with it", "Ditt lösenord är valt. Logga in med det";
    done_email_confirmed: "Your e-mail address is confirmed", "Din e-postadress är bekräftad";
    done_signed_out: "You are signed out", "Du är utloggad";
    done_set_up: "Your organisation is ready. Sign in to add its people", "Din organisation är klar. Logga in för att lägga till dess personer";

    // refusals
    problem: "There is a problem", "Något behöver rättas";
    possible_errors: "Look at this again", "Titta på det här igen";
    override_warnings: "Override warnings", "Åsidosätt varningar";
    override_reason: "Reason for overriding", "Skäl för att åsidosätta";
    warn_same_name(people): "People of this name who exist here already: {people}", "Personer med det här namnet som redan finns här: {people}";
    open_account: "Open the account", "Öppna kontot";
    warn_format(proposal): "The login name does not follow the organisation’s format, which would be {proposal}", "Användarnamnet följer inte organisationens format, som vore {proposal}";
    warn_email(suggestion): "The e-mail address may have a typing error: did you mean {suggestion}?", "E-postadressen kan vara felskriven: menade du {suggestion}?";
    refused_sign_in: "You are no longer signed in. Sign in in another tab, then press the button again: nothing you typed is lost.", "Du är inte längre inloggad. Logga in i en annan flik och tryck sedan på knappen igen: inget du skrivit går förlorat.";
    refused_wrong_login: "The login name or the password is wrong. Check both and try again.", "Användarnamnet eller lösenordet är fel. Kontrollera båda och försök igen.";
    refused_forbidden: "You may not do this. Ask an administrator of your organisation.", "Du får inte göra det här. Fråga en administratör i din organisation.";
    refused_not_found: "This is not here, or not yours to see", "Det här finns inte, eller är inte ditt att se";
    refused_conflict: "Somebody else saved changes meanwhile. Both are shown below: choose, and save again.", "Någon annan har sparat ändringar under tiden. Båda visas nedan: välj och spara igen.";
    refused_lock_out: "Nobody may be locked out: this is you, or the last person who can administer the organisation.", "Ingen får låsas ute: det är du själv, eller den sista som kan administrera organisationen.";
    refused_other_organisation: "This page was made for another organisation. Reload it, then try again.", "Den här sidan gjordes för en annan organisation. Ladda om den och försök igen.";
    refused_slow(seconds): "Too many attempts. Wait {seconds} seconds, then try again.", "För många försök. Vänta {seconds} sekunder och försök igen.";
    refused_stale: "This page is older than the server. Reload it, then try again.", "Den här sidan är äldre än servern. Ladda om den och försök igen.";
    refused_fault(reference): "Something broke on our side. Nothing was saved. Try again, and tell your administrator this reference: {reference}", "Något gick sönder hos oss. Inget sparades. Försök igen och ge din administratör den här referensen: {reference}";
    yours: "Yours", "Ditt";
    theirs: "Saved meanwhile", "Sparat under tiden";
    use_theirs: "Use this", "Använd detta";
    use_theirs_of(field): "Use this: {field}", "Använd detta: {field}";
    field: "Field", "Fält";

    // profile
    your_profile: "Your profile", "Din profil";
    yours_to_change: "Yours to change", "Ditt att ändra";
    not_yours_to_change: "Changed by an administrator", "Ändras av en administratör";
    change_email: "Change e-mail", "Byt e-post";
    change_email_lead: "The new address is used once you have confirmed it from a mail sent there. The old one is told.", "Den nya adressen används när du har bekräftat den från ett brev som skickas dit. Den gamla får besked.";
    new_email: "New e-mail", "Ny e-post";
    welcome(name): "Welcome, {name}", "Välkommen, {name}";
    tile_users: "Find a person, or change what they may do", "Hitta en person eller ändra vad den får göra";
    tile_add: "Details, roles and a safe way to sign in, on one page", "Uppgifter, roller och ett säkert sätt att logga in, på en sida";
    tile_profile: "Phone, e-mail, language and password", "Telefon, e-post, språk och lösenord";
}
