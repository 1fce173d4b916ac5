//! Mail: from a letter to the server that carries it.

use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use parking_lot::Mutex;

use crate::config::{Carrier, MailSettings, SiteSettings, Smtp, SmtpSecurity};
use crate::crypto;

/// How long a mail server may take for each step.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many letters an inbox keeps.
const KEPT: usize = 50;

/// What somebody is written. It holds what signs him in, so it cannot be printed.
#[derive(Clone)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as a page.
    pub html: String,
}

/// Why a letter was not taken. Neither names anybody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may be taken later.
    #[error("the mail server did not take a letter now: {0}")]
    Passing(String),
    /// It never will.
    #[error("the mail server refused a letter: {0}")]
    Lasting(String),
    /// The settings are of no use.
    #[error("mail cannot be sent: {0}")]
    Settings(String),
}

/// Sends letters. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    carrier: Way,
}

#[derive(Clone)]
enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Inbox(Arc<Mutex<Vec<Letter>>>),
}

impl Mailer {
    /// Sets the sending up; nothing is connected yet. Called when a TLS provider is installed.
    pub fn new(settings: &MailSettings, site: &SiteSettings) -> Result<Self, MailError> {
        let address: Address = settings
            .address
            .parse()
            .map_err(|_| MailError::Settings("[mail] from is not an address".to_owned()))?;
        let name = settings.name.clone().unwrap_or_else(|| site.name.clone());
        let carrier = match &settings.carrier {
            Carrier::Smtp(smtp) => Way::Smtp(transport(smtp, site)?),
            Carrier::Inbox => Way::Inbox(Arc::default()),
        };
        Ok(Self { from: Mailbox::new(Some(name), address), carrier })
    }

    /// Hands a letter to the mail server.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        let transport = match &self.carrier {
            Way::Smtp(transport) => transport,
            Way::Inbox(letters) => {
                let mut letters = letters.lock();
                letters.insert(0, letter);
                letters.truncate(KEPT);
                return Ok(());
            }
        };
        let message = self.message(letter)?;
        transport.send(message).await.map(drop).map_err(|error| told(&error))
    }

    /// The letters that an inbox holds, newest first; none if they are really sent.
    pub fn inbox(&self) -> Option<Vec<Letter>> {
        match &self.carrier {
            Way::Smtp(_) => None,
            Way::Inbox(letters) => Some(letters.lock().clone()),
        }
    }

    /// What a letter is known by: RFC 5322, 3.6.4. One of `localhost`, as lettre would make it, is
    /// taken for spam.
    fn new_id(&self) -> String {
        format!("<{}@{}>", crypto::random_name(), self.from.email.domain())
    }

    fn message(&self, letter: Letter) -> Result<Message, MailError> {
        let unfit = |_| MailError::Lasting("it cannot be written as a mail".to_owned());
        let to: Address = letter
            .to
            .parse()
            .map_err(|_| MailError::Lasting("the address cannot be written to".to_owned()))?;
        let part = |kind, text| SinglePart::builder().header(kind).body(text);
        let parts = MultiPart::alternative()
            .singlepart(part(ContentType::TEXT_PLAIN, letter.text))
            .singlepart(part(ContentType::TEXT_HTML, letter.html));
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .message_id(Some(self.new_id()))
            // RFC 3834: nobody's out-of-office note answers it.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ))
            .multipart(parts)
            .map_err(unfit)
    }
}

fn transport(
    smtp: &Smtp,
    site: &SiteSettings,
) -> Result<AsyncSmtpTransport<Tokio1Executor>, MailError> {
    let unfit = |_| MailError::Settings("[mail] smtp names no host of a certificate".to_owned());
    let parameters = || TlsParameters::new(smtp.host.clone()).map_err(unfit);
    let tls = match smtp.security {
        SmtpSecurity::Tls => Tls::Wrapper(parameters()?),
        SmtpSecurity::StartTls => Tls::Required(parameters()?),
        SmtpSecurity::None => Tls::None,
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&smtp.host)
        .port(smtp.port)
        .tls(tls)
        .timeout(Some(PATIENCE))
        .hello_name(ClientId::Domain(site.url.host().to_owned()));
    if let Some((user, password)) = &smtp.credentials {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose().clone()));
    }
    Ok(builder.build())
}

/// What the server said, without its words: they may repeat the address.
fn told(error: &lettre::transport::smtp::Error) -> MailError {
    let what = match error.status() {
        Some(status) => format!("it answered {status}"),
        None if error.is_timeout() => "it did not answer in time".to_owned(),
        None if error.is_tls() => "there is no secure connection to it".to_owned(),
        None if error.is_client() => "it does not do what is needed, such as signing in".to_owned(),
        None => "it cannot be reached".to_owned(),
    };
    if error.is_permanent() { MailError::Lasting(what) } else { MailError::Passing(what) }
}
