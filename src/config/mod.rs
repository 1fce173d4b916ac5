//! The settings: `ConfigFile` as owners write it, `Config` as the code uses it. Whoever holds a
//! `Config` need not check it again.

mod access;
mod admin;
mod check;
mod coverage;
mod example;
mod faults;
mod file;
mod locate;
mod look;
mod mail;
mod merge;
mod origin;
mod private;
mod retention;
mod sale;
mod secrets;
mod site;
mod stripe;
mod syntax;
mod unpaid;
mod url;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;

use crate::domain::gate::GateSet;
use crate::domain::ids::Mode;
use crate::domain::ledger::Policy;
use crate::domain::pass::Lifetimes;
use crate::domain::plan::Catalog;
use crate::domain::retention::Retention;
use crate::domain::secret::Secret;
use crate::places::Places;

pub use self::example::example;
pub use self::faults::{Fault, Faults};
pub use self::look::{FileKind, Look, Misprint, OwnFile, OwnTemplate, OwnText};
pub use self::secrets::StripeVariables;
pub use self::url::{Link, SiteUrl};

/// Where the configuration is looked for when nobody says where it is.
const PLACES: [&str; 2] = ["config.toml", "/etc/tollhouse/config.toml"];

/// All settings of a site.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file that they come from.
    pub path: PathBuf,
    /// The site and where it is.
    pub site: SiteSettings,
    /// How our pages look and speak.
    pub look: Look,
    /// The Stripe account.
    pub stripe: StripeSettings,
    /// What the owner decided about money that is late, or is wanted back.
    pub policy: Policy,
    /// How long passes and sessions last.
    pub lifetimes: Lifetimes,
    /// On how many devices a reader is signed in at once.
    pub devices: NonZeroU16,
    /// Where addresses are, if readers are to be shown it.
    pub places: Option<Places>,
    /// Whether the origin learns who reads.
    pub identity_to_origin: bool,
    /// Where operators ask how the server is; none: nowhere.
    pub admin: Option<SocketAddr>,
    /// What requests to the origin are proven with, if it wants them to be.
    pub origin_proof: Option<Secret<String>>,
    /// How mail is sent; none: readers ask the owner for sign-in links.
    pub mail: Option<MailSettings>,
    /// What visitors may take.
    pub limits: Limits,
    /// The store's folder.
    pub store: PathBuf,
    /// How long is kept what is of no use any more.
    pub retention: Retention,
    /// What is for sale.
    pub catalog: Catalog,
    /// What is closed.
    pub gates: GateSet,
    /// What is odd, but does not keep the server from starting.
    pub warnings: Vec<Fault>,
}

/// The site and where it is.
#[derive(Debug, Clone)]
pub struct SiteSettings {
    /// What readers see.
    pub name: String,
    /// The address that visitors use.
    pub url: SiteUrl,
    /// Other host names, which are redirected; lower case, without a port.
    pub also: Vec<String>,
    /// Where to listen.
    pub listen: SocketAddr,
    /// What stands behind us.
    pub origin: Origin,
    /// Whom readers ask.
    pub contact: String,
    /// Whether programs that collect pages to train models get nothing of a closed page.
    pub denies_training: bool,
    /// The address of the owner's terms.
    pub terms: Option<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Name servers that are asked; none: those of this machine.
    pub resolvers: Vec<SocketAddr>,
}

impl SiteSettings {
    /// Whether an address is a proxy in front of us that is believed.
    pub fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    /// Whether an address has no limit of its own: a proxy holds the connections of everybody,
    /// and a private address is most likely one, whether the owner has named it or not.
    pub fn is_exempt_from_limits(&self, address: IpAddr) -> bool {
        is_private(address) || self.trusts(address)
    }

    /// Whether an address is most likely a proxy that the owner forgot to name: then all
    /// visitors look like one.
    pub fn is_unnamed_proxy(&self, address: IpAddr) -> bool {
        is_private(address) && !self.trusts(address) && !self.url.is_loopback()
    }
}

fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.is_private() || v4.is_loopback() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// What stands behind us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A server.
    Http {
        /// Whether it speaks TLS; its certificate is then checked against `host`.
        tls: bool,
        /// A name or an address.
        host: String,
        /// The port.
        port: u16,
        /// Host and port as they stand in a `Host` header.
        authority: String,
    },
    /// A folder of files.
    Files(PathBuf),
    /// Nothing: a server in front of us shows the website, and asks who may read.
    Nothing,
}

/// The Stripe account.
#[derive(Debug, Clone)]
pub struct StripeSettings {
    /// The secret key.
    pub secret_key: Secret<String>,
    /// What the key is for.
    pub mode: Mode,
    /// Secrets that a webhook may be signed with; at least one, none empty.
    pub webhook_secrets: Vec<Secret<String>>,
    /// Whether the checkout takes promotion codes.
    pub promotion_codes: bool,
    /// The simulated Stripe, if it is asked instead; ends with a slash.
    pub api_base: Option<String>,
}

/// Whom mail comes from, and who carries it.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// The sender's name; none: the site's.
    pub name: Option<String>,
    /// His address, in its normal form.
    pub address: String,
    /// Who carries it.
    pub carrier: Carrier,
}

/// Who carries mail.
#[derive(Debug, Clone)]
pub enum Carrier {
    /// A mail server.
    Smtp(Smtp),
    /// Nobody: it is shown to everybody, on a page of the demo.
    Inbox,
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct Smtp {
    /// A name or an address; its certificate is checked against it.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How it is spoken to.
    pub security: SmtpSecurity,
    /// User and password, if it wants them.
    pub credentials: Option<(String, Secret<String>)>,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte on.
    Tls,
    /// TLS after a greeting in the open; nothing is sent if it does not come about.
    StartTls,
    /// In the open: a server on this machine.
    None,
}

/// What one visitor, and all of them together, may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// For all headers of a request.
    pub header: Duration,
    /// Between two requests of a connection.
    pub idle: Duration,
    /// Headers of a request.
    pub header_bytes: usize,
    /// Body of a request to the origin.
    pub body_bytes: usize,
    /// Body of a form of ours.
    pub form_bytes: usize,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one address.
    pub connections_per_address: usize,
    /// Checkouts of one network in an hour.
    pub checkouts_per_hour: NonZeroU32,
    /// How long a visitor may send nothing of a body.
    pub client_read: Duration,
    /// How long a visitor may take nothing of an answer.
    pub client_write: Duration,
    /// How many bytes a second he must send or take, so as not to use up that time.
    pub client_rate: u32,
    /// To connect to the origin.
    pub origin_connect: Duration,
    /// How long the origin may be silent.
    pub origin_read: Duration,
    /// How long the origin may take nothing.
    pub origin_write: Duration,
    /// How long a connection to the origin is kept.
    pub origin_idle: Duration,
    /// How long running answers may go on at the end.
    pub drain: Duration,
    /// Threads that serve; 0 is one for each core.
    pub threads: usize,
}

impl Config {
    /// Reads a file, with settings from the environment laid over it.
    pub fn load(path: &Path, environment: &BTreeMap<String, String>) -> Result<Self, Faults> {
        Self::parse(&read(path)?, path, environment)
    }

    /// Reads a file for a command that asks nothing of Stripe: its secrets need not be in the
    /// environment. Whether it is the test or the live account is then not known, and `stripe`
    /// is good for nothing.
    pub fn load_without_stripe(
        path: &Path,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Faults> {
        let text = read(path)?;
        Self::parse(&text, path, &secrets::with_stand_ins(&text, environment))
    }

    /// Reads the text of a file. Relative paths in it start at the file's folder.
    pub fn parse(
        text: &str,
        path: &Path,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, Faults> {
        check::config(text.trim_start_matches('\u{feff}'), path, environment)
    }
}

fn read(path: &Path) -> Result<String, Faults> {
    let bytes = std::fs::read(path).map_err(|error| {
        let help =
            "name another with --config; `tollhouse config example` prints one to start with";
        Faults::of_file(path, &format!("this file cannot be read: {error}"), help)
    })?;
    text_of(bytes, path)
}

/// The text of a file, which may have been saved in another encoding.
fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, Faults> {
    let help = "save it as UTF-8";
    // UTF-16 writes plain letters with a zero byte beside each.
    if bytes.iter().take(4).any(|byte| *byte == 0) {
        return Err(Faults::of_line(path, 1, "this file is UTF-16", help));
    }
    String::from_utf8(bytes).map_err(|error| {
        let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = String::from_utf8_lossy(sound).matches('\n').count() + 1;
        Faults::of_line(path, line, "there is a character that is not UTF-8", help)
    })
}

/// The variables that a file names for the secrets of Stripe.
pub fn stripe_variables(path: &Path) -> StripeVariables {
    StripeVariables::of(&std::fs::read_to_string(path).unwrap_or_default())
}

/// The file that was named, or the first that is found: here, then in /etc/tollhouse.
pub fn find(named: Option<&Path>) -> Result<PathBuf, Faults> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let found = PLACES.iter().map(PathBuf::from).find(|place| place.is_file());
    found.ok_or_else(|| {
        let help = "name one with --config; `tollhouse config example > config.toml` writes one to start with";
        Faults::of_file(Path::new(PLACES[0]), "there is no configuration here, nor in /etc/tollhouse", help)
    })
}

/// The environment of this process.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
pub fn environment() -> BTreeMap<String, String> {
    let text = |text: std::ffi::OsString| text.into_string().ok();
    std::env::vars_os().filter_map(|(key, value)| Some((text(key)?, text(value)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[rustfmt::skip]
    fn a_private_address_that_nobody_named_may_be_a_proxy() {
        //     site                      the owner trusts   who connects   unnamed
        check("https://weather.example", "[]",              "10.0.0.7",    true);
        check("https://weather.example", "[]",              "::ffff:192.168.1.2", true);
        check("https://weather.example", "[\"10.0.0.0/8\"]", "10.0.0.7",   false);
        check("https://weather.example", "[]",              "192.0.2.1",   false);
        check("http://127.0.0.1:8080",   "[]",              "127.0.0.1",   false);
    }

    fn check(url: &str, trusted: &str, peer: &str, unnamed: bool) {
        let text = format!(
            "version = 1
            [site]
            name = \"x\"
            url = \"{url}\"
            listen = \"0.0.0.0:8080\"
            origin = \"http://127.0.0.1:1\"
            contact = \"x\"
            trusted_proxies = {trusted}
            [stripe]
            secret_key = {{ env = \"KEY\" }}
            webhook_secret = {{ env = \"HOOK\" }}"
        );
        let environment = [("KEY", "sk_live_1"), ("HOOK", "whsec_0123456789abcdef")];
        let environment = environment.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        let config = Config::parse(&text, Path::new("config.toml"), &environment);
        let site = config.unwrap_or_else(|faults| panic!("{faults}")).site;
        assert_eq!(site.is_unnamed_proxy(peer.parse().expect("an address")), unnamed, "{peer}");
    }
}
