//! `usher admin create`: creates the first organisation and its System administrator from a
//! terminal. The password comes from a prompt or standard input, never from an argument, which
//! every process of the machine could read.

use std::io::{self, BufRead};

use clap::Args;
use color_eyre::eyre::{Result, WrapErr, bail};
use usher_domain::organisations::{self, Beginning};
use usher_domain::{Db, Error};
use usher_types::form::checkbox_value;
use usher_types::password::{self, Verdict};
use usher_types::session::SetUp;
use usher_types::{Field, Invalid, Language, Problem, Refusal, Secret};

/// The administrator to create, and the organisation.
#[derive(Args, Clone, Debug)]
pub struct Create {
    /// The login name
    #[arg(long)]
    pub login_name: String,
    /// The given name, or the single name
    #[arg(long)]
    pub first_name: String,
    /// The family name; leave it out for a person with a single name
    #[arg(long)]
    pub last_name: Option<String>,
    /// The e-mail address
    #[arg(long)]
    pub email: Option<String>,
    /// The organisation that runs this installation
    #[arg(long)]
    pub organisation: String,
    /// The organisation's language: en or sv
    #[arg(long, default_value = "en")]
    pub language: String,
    /// Read the password from standard input, one line, instead of asking for it
    #[arg(long)]
    pub password_stdin: bool,
}

/// Creates the organisation and the administrator.
///
/// # Errors
/// The invalid fields with their problems, or that a user exists already.
pub async fn create(db: &Db, arguments: &Create) -> Result<()> {
    if organisations::somebody_exists(db).await? {
        bail!("an organisation exists already: its administrators add people on the page Users");
    }
    let Some(language) = Language::from_code(&arguments.language) else {
        bail!(
            "--language is `{}`, which is neither en nor sv",
            arguments.language
        )
    };
    let form = SetUp {
        organisation_name: arguments.organisation.clone(),
        first_name: arguments.first_name.clone(),
        last_name: arguments.last_name.clone().unwrap_or_default(),
        single_name: checkbox_value(arguments.last_name.is_none()),
        email: arguments.email.clone().unwrap_or_default(),
        login_name: arguments.login_name.clone(),
        new_password: password(arguments.password_stdin)?,
        ..SetUp::default()
    };
    let first = match form.parse() {
        Ok(first) => first,
        Err(invalid) => bail!("{}", describe(&invalid)),
    };
    match organisations::begin(
        db,
        Beginning {
            first,
            language,
            is_operator: true,
        },
        None,
    )
    .await
    {
        Ok(_) => {
            println!(
                "Created {} and {}, who signs in as {}.",
                arguments.organisation, arguments.first_name, arguments.login_name
            );
            Ok(())
        }
        Err(Error::Refused(Refusal::Invalid(invalid))) => bail!("{}", describe(&invalid)),
        Err(error) => Err(error.into()),
    }
}

fn password(from_stdin: bool) -> Result<Secret> {
    if !from_stdin {
        let least = password::MIN_LENGTH;
        let password =
            rpassword::prompt_password(format!("Password ({least} characters or more): "))
                .wrap_err("cannot ask for the password here: use --password-stdin")?;
        let again = rpassword::prompt_password("Repeat the password: ")
            .wrap_err("cannot ask for the password here")?;
        if password != again {
            bail!("the two passwords differ");
        }
        return Ok(Secret::new(password));
    }
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .wrap_err("cannot read the password")?;
    // the line ending is not part of the password; every other character is (ASVS 6.2.8)
    Ok(Secret::new(
        line.strip_suffix('\n').map_or(line.as_str(), |line| {
            line.strip_suffix('\r').unwrap_or(line)
        }),
    ))
}

/// The invalid fields with their problems, in one line.
fn describe(invalid: &Invalid) -> String {
    invalid
        .0
        .iter()
        .map(|(field, problem)| format!("{}: {}", flag(*field), describe_problem(problem)))
        .collect::<Vec<_>>()
        .join("; ")
}

fn flag(field: Field) -> &'static str {
    match field {
        Field::FirstName => "--first-name",
        Field::LastName => "--last-name",
        Field::Email => "--email",
        Field::LoginName => "--login-name",
        Field::Organisation => "--organisation",
        Field::NewPassword => "the password",
        other => other.name(),
    }
}

fn describe_problem(problem: &Problem) -> String {
    match problem {
        Problem::Missing => "is missing".to_owned(),
        Problem::TooShort { least } => format!("has fewer than {least} characters"),
        Problem::TooLong { most } => format!("has more than {most} characters"),
        Problem::Character { found } => format!("cannot contain {found:?}"),
        Problem::Weak(verdict) => describe_weakness(*verdict),
        Problem::NameTaken(_) => "is taken".to_owned(),
        _ => "is not valid".to_owned(),
    }
}

fn describe_weakness(verdict: Verdict) -> String {
    if !verdict.long_enough {
        format!("needs {} characters or more", password::MIN_LENGTH)
    } else if verdict.too_long {
        format!("has more than {} characters", password::MAX_LENGTH)
    } else if !verdict.uncommon {
        "is a common password".to_owned()
    } else if !verdict.without_names {
        "must not contain a name of the person, the organisation or the product".to_owned()
    } else {
        "is too easy to guess: use several unrelated words".to_owned()
    }
}
