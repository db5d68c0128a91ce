//! Sends mails: to a mail server, or, if none is configured, to files.

use std::error::Error as _;
use std::fs::DirBuilder;
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::time::Duration;

use color_eyre::eyre::{Result, WrapErr, eyre};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;
use usher_app::mail::Rendered;
use usher_domain::delivery::Undelivered;
use usher_types::MailId;
use usher_types::email::Email;

use crate::config::Config;
use crate::keys::write_secret;

/// The time limit for each step of a delivery.
const STEP_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit for a whole delivery: a lease of five minutes is enough for twenty.
const SEND_TIMEOUT: Duration = Duration::from_secs(12);

/// Replies that reject our sign-in to the mail server, not the mail: once the configuration is
/// fixed, the mail can be sent.
const SIGN_IN_REFUSED: [u16; 4] = [530, 534, 535, 538];
/// The maximum number of characters to keep of a reply.
const MAX_REPLY: usize = 300;

/// Sends mails.
pub struct Mailer {
    from: Mailbox,
    to: Transport,
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Files(PathBuf),
}

impl Mailer {
    /// Creates the mailer from the settings, and logs where mails go.
    ///
    /// # Errors
    /// If the mail server's URL is invalid.
    pub fn new(config: &Config) -> Result<Self> {
        let to = match &config.smtp {
            Some(smtp) => {
                let builder =
                    AsyncSmtpTransport::<Tokio1Executor>::from_url(smtp.url.expose_secret());
                // the error would repeat the URL including the password
                let builder =
                    builder.map_err(|_| eyre!("smtp_url is not an address of a mail server"))?;
                tracing::info!(host = smtp.host, "mails go to the mail server");
                Transport::Smtp(
                    builder
                        .timeout(Some(STEP_TIMEOUT))
                        .pool_config(PoolConfig::new().max_size(4))
                        .build(),
                )
            }
            None => {
                let folder = config.data.join("mail");
                match DirBuilder::new().mode(0o700).create(&folder) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                        return Err(error)
                            .wrap_err_with(|| format!("cannot create {}", folder.display()));
                    }
                    _ => {}
                }
                tracing::info!(folder = %folder.display(), "no mail server is configured: each mail becomes a file in this folder");
                Transport::Files(folder)
            }
        };
        Ok(Self {
            from: config.mail_from.clone(),
            to,
        })
    }

    /// Sends a mail. The error does not contain the recipient's address.
    ///
    /// # Errors
    /// A short text for the log and the outbox, and whether a retry makes sense.
    pub async fn send(
        &self,
        id: MailId,
        name: &str,
        address: &str,
        mail: Rendered,
    ) -> Result<(), Undelivered> {
        let message = self
            .message(id, name, address, mail)
            .map_err(Undelivered::ForGood)?;
        match &self.to {
            Transport::Files(folder) => {
                let path = folder.join(format!("{id}.eml"));
                write_secret(&path, &message.formatted())
                    .map_err(|error| Undelivered::ForNow(format!("{error:#}")))
            }
            Transport::Smtp(transport) => {
                match tokio::time::timeout(SEND_TIMEOUT, transport.send(message)).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(cause(&error)),
                    Err(_) => Err(Undelivered::ForNow(
                        "the mail server was too slow".to_owned(),
                    )),
                }
            }
        }
    }

    fn message(
        &self,
        id: MailId,
        name: &str,
        address: &str,
        mail: Rendered,
    ) -> Result<Message, String> {
        let address = Email::parse(address)
            .map_or_else(|_| address.to_owned(), |address| address.deliverable());
        let address: Address = address
            .parse()
            .map_err(|_| "the address is not valid".to_owned())?;
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(
                (!name.is_empty()).then(|| name.to_owned()),
                address,
            ))
            // the same for every attempt, so that a retry can be distinguished from another mail
            .message_id(Some(format!("<{id}@{domain}>")))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .subject(mail.subject)
            .multipart(MultiPart::alternative_plain_html(mail.text, mail.html))
            .map_err(|error| format!("the mail could not be written: {error}"))
    }
}

fn cause(error: &smtp::Error) -> Undelivered {
    if let Some(code) = error.status() {
        let reply = format!("the mail server answered {code} {}", answer(error))
            .trim_end()
            .to_owned();
        let is_for_good = error.is_permanent() && !SIGN_IN_REFUSED.contains(&u16::from(code));
        return if is_for_good {
            Undelivered::ForGood(reply)
        } else {
            Undelivered::ForNow(reply)
        };
    }
    let kind = if error.is_timeout() {
        "the mail server was too slow"
    } else if error.is_tls() {
        "TLS with the mail server failed"
    } else if error.is_client() {
        "the mail server does not support what Usher needs"
    } else {
        "cannot reach the mail server"
    };
    Undelivered::ForNow(kind.to_owned())
}

/// The mail server's reply, as one line without an address.
fn answer(error: &smtp::Error) -> String {
    let reply = error.source().map(ToString::to_string).unwrap_or_default();
    let words = reply
        .split(|char: char| char.is_whitespace() || char.is_control())
        .filter(|word| !word.is_empty());
    let words: Vec<_> = words
        .map(|word| if word.contains('@') { "…" } else { word })
        .collect();
    words.join(" ").chars().take(MAX_REPLY).collect()
}
