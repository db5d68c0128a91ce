//! The words of mails: here, because only the server sends them.

crate::words::words! {
    greeting(name): "Hello {name},", "Hej {name}!";
    invitation_subject(organisation): "Your account at {organisation}", "Ditt konto hos {organisation}";
    invitation(organisation): "An account has been made for you at {organisation}.", "Ett konto har skapats åt dig hos {organisation}.";
    login_name(login_name): "Your login name: {login_name}", "Ditt användarnamn: {login_name}";
    invitation_link: "Set your password with this link. It can be used once and is good for 7 days:", "Välj ditt lösenord med den här länken. Den kan användas en gång och gäller i 7 dagar:";
    sign_in_later(address): "Once you have set it, sign in with your login name and your password at {address}", "När du har valt det loggar du in med ditt användarnamn och ditt lösenord på {address}";
    invitation_button: "Set your password", "Välj ditt lösenord";
    colleague_archived_subject(organisation): "A colleague has left {organisation}", "En kollega har slutat hos {organisation}";
    colleague_archived(organisation, name): "The account of {name} at {organisation} was archived. {name} can no longer sign in.", "Kontot för {name} hos {organisation} har arkiverats. {name} kan inte längre logga in.";
    colleagues_clients(clients): "You are now responsible for {clients} of theirs.", "Du ansvarar nu för {clients} som var deras.";
    colleagues_clients_button: "Open your clients", "Öppna dina brukare";
    a_colleague: "a colleague", "en kollega";
    confirm_subject(organisation): "Confirm your e-mail at {organisation}", "Bekräfta din e-postadress hos {organisation}";
    confirm: "You asked to use this address. Confirm it with this link, which is good for 24 hours:", "Du bad om att få använda den här adressen. Bekräfta den med länken, som gäller i 24 timmar:";
    email_changed_subject(organisation): "Your e-mail address at {organisation} was changed", "Din e-postadress hos {organisation} har ändrats";
    email_changed: "The e-mail address of your account was changed. If that was not you, and nobody told you, speak with your administrator today.", "E-postadressen för ditt konto har ändrats. Om det inte var du, och ingen har sagt något, prata med din administratör i dag.";
    password_subject(organisation): "Your password at {organisation} was changed", "Ditt lösenord hos {organisation} har bytts";
    password: "The password of your account was changed and all other sessions have ended. If that was not you, speak with your administrator today.", "Lösenordet för ditt konto har bytts och alla andra sessioner har avslutats. Om det inte var du, prata med din administratör i dag.";
    notice_subject(organisation): "Accounts at {organisation}", "Konton hos {organisation}";
    notice_greeting: "Hello,", "Hej!";
    notice_foot(organisation): "This notice was sent by Usher on behalf of {organisation}, as the licence agreement asks.", "Meddelandet skickades av Usher för {organisation}, enligt licensavtalet.";
    notice_foot_ask(organisation, contact): "This notice was sent by Usher on behalf of {organisation}, as the licence agreement asks. Questions: {contact}.", "Meddelandet skickades av Usher för {organisation}, enligt licensavtalet. Frågor: {contact}.";
    link_answered_subject(organisation): "Your request to link accounts at {organisation}", "Din begäran om att länka konton hos {organisation}";
    link_agreed: "A System administrator has approved your request. The person can switch between the accounts once they have agreed in both.", "En systemadministratör har godkänt din begäran. Personen kan byta mellan kontona när den har godkänt länken i båda.";
    link_declined: "A System administrator did not link the accounts you asked about. Why not stands on the page:", "En systemadministratör har inte länkat kontona du frågade om. Varför står på sidan:";
    link_answered_button: "Open the request", "Öppna begäran";
    link_proposed_subject(organisation): "Link your account at {organisation}?", "Länka ditt konto hos {organisation}?";
    link_proposed(organisation, other): "A System administrator proposes to link your account at {organisation} with an account at {other}. Whoever signs in to one of them can then switch to the other without its password.", "En systemadministratör föreslår att ditt konto hos {organisation} länkas med ett konto hos {other}. Den som loggar in på det ena kan sedan byta till det andra utan dess lösenord.";
    link_proposed_answer: "Agree only if both accounts are yours. Sign in to each of them and answer on this page:", "Godkänn bara om båda kontona är dina. Logga in på vart och ett av dem och svara på den här sidan:";
    link_proposed_button: "Answer", "Svara";
    accounts_linked_subject(organisation): "Your account at {organisation} has been linked", "Ditt konto hos {organisation} har länkats";
    accounts_linked(organisation, other): "Your account at {organisation} is now linked with your account at {other}. Whoever signs in to one of them can switch to the other. If you did not agree to this, speak with your administrator today.", "Ditt konto hos {organisation} är nu länkat med ditt konto hos {other}. Den som loggar in på det ena kan byta till det andra. Om du inte har godkänt det, prata med din administratör i dag.";
    account_unlinked_subject(organisation): "Your account at {organisation} is no longer linked", "Ditt konto hos {organisation} är inte längre länkat";
    account_unlinked(organisation, other): "The link between your account at {organisation} and your account at {other} has been removed. You can no longer switch between them.", "Länken mellan ditt konto hos {organisation} och ditt konto hos {other} har tagits bort. Du kan inte längre byta mellan dem.";
    switched_to_subject(organisation): "Somebody switched to your account at {organisation}", "Någon har bytt till ditt konto hos {organisation}";
    switched_to(organisation, other): "Somebody who signed in to your account at {other} has switched to your account at {organisation}. If that was not you, speak with your administrator today.", "Någon som har loggat in på ditt konto hos {other} har bytt till ditt konto hos {organisation}. Om det inte var du, prata med din administratör i dag.";
    referral_arrived_subject(organisation): "A referral waits for an answer at {organisation}", "En remiss väntar på svar hos {organisation}";
    referral_arrived: "A referral has come that you may answer. Whom it is about stands on the page alone:", "En remiss har kommit som du får besvara. Vem den gäller står bara på sidan:";
    referral_moved_subject(organisation): "News about a referral at {organisation}", "Nytt om en remiss hos {organisation}";
    referral_moved: "Something happened to a referral of yours. What, and whom it is about, stands on the page alone:", "Det har hänt något med en av dina remisser. Vad, och vem den gäller, står bara på sidan:";
    referral_button: "Open the referral", "Öppna remissen";
    foot(organisation): "This mail was sent by Usher on behalf of {organisation}. If it is not for you, ignore it: without the link nothing happens.", "Brevet skickades av Usher för {organisation}. Om det inte är till dig kan du bortse från det: utan länken händer inget.";
}
