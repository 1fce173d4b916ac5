//! From the written form to the used one: what the schema cannot tell.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::url::{Host, Url};
use ipnet::IpNet;

use super::faults::{Faults, Reviewer};
use super::file::{AccessFile, ConfigFile, LimitsFile, SiteFile, StripeFile};
use super::locate::Spot;
use super::merge::{self, Shape};
use super::secrets::{Found, Vault};
use super::url::is_loopback;
use super::{Config, Limits, Origin, SiteSettings, SiteUrl, StripeSettings, sale};
use crate::domain::ids::Mode;
use crate::domain::ledger::Patience;
use crate::domain::pass::Lifetimes;

/// Stripe's own address.
const STRIPE: &str = "https://api.stripe.com/";

const DAY: u64 = 24 * 60 * 60;

/// Reads and checks a whole configuration; every fault is found in one go.
pub(super) fn config(
    text: &str,
    path: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<Config, Faults> {
    let mut reviewer = Reviewer::new(path, text);
    let config = read(text, path, environment, &mut reviewer);
    let warnings = reviewer.verdict()?;
    let config = config.expect("what cannot be read has a fault");
    Ok(Config { warnings, ..config })
}

fn read(
    text: &str,
    path: &Path,
    environment: &BTreeMap<String, String>,
    reviewer: &mut Reviewer<'_>,
) -> Option<Config> {
    if !reviewer.is_readable() {
        return None;
    }
    let file = merge::merged(text, environment, &Shape::new(), reviewer)?;
    if file.version != 1 {
        reviewer.value(
            &Spot::top("version"),
            "this tollhouse reads version 1 of this file",
            "write 1",
        );
    }
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let vault = Vault { environment, folder };
    let site = site(&file, folder, reviewer);
    let url = site.as_ref().map(|site| &site.url);
    let (stripe, mut private) = stripe(&file.stripe, url, &vault, reviewer);
    let store = folder.join(&file.store.folder);
    private.push(Private::store(store.clone()));
    // It is not read yet, but it is a secret.
    let smtp = file.mail.smtp.as_ref().and_then(|smtp| smtp.file.as_ref());
    private
        .extend(smtp.map(|file| Private::secret(Spot::top("mail").key("smtp"), folder.join(file))));
    if let Some(SiteSettings { origin: Origin::Files(served), .. }) = &site {
        keep_private(served, path, &private, reviewer);
    }
    let catalog = sale::catalog(&file.plans, reviewer);
    let gates = catalog.as_ref().and_then(|catalog| sale::gates(&file, catalog, reviewer));
    Some(Config {
        path: path.to_owned(),
        site: site?,
        stripe: stripe?,
        patience: patience(&file.access),
        lifetimes: lifetimes(&file.access),
        identity_to_origin: file.headers.to_origin,
        limits: limits(&file.limits),
        store,
        catalog: catalog?,
        gates: gates?,
        warnings: Vec::new(),
    })
}

fn site(file: &ConfigFile, folder: &Path, reviewer: &mut Reviewer<'_>) -> Option<SiteSettings> {
    let (written, spot) = (&file.site, Spot::top("site"));
    let url = url(written, &spot, reviewer);
    let listen = listen(written, &spot, reviewer);
    let origin = origin(written, &spot, folder, reviewer);
    let contact = contact(file, &spot, reviewer);
    let trusted = trusted(written, &spot, url.as_ref(), listen, reviewer);
    if let (Some(url), Some(listen), Some(Origin::Http { host, port, authority, .. })) =
        (&url, listen, &origin)
        && leads_back(host, *port, authority, url, listen)
    {
        let help = "name the website behind the gate; it listens elsewhere than [site] listen";
        reviewer.value(&spot.key("origin"), "this origin is tollhouse itself", help);
    }
    if written.name.trim().is_empty() {
        reviewer.value(
            &spot.key("name"),
            "the site has no name",
            "readers see it on every page of ours",
        );
    }
    Some(SiteSettings {
        name: written.name.clone(),
        url: url?,
        also: written.also.iter().map(|name| name.to_lowercase()).collect(),
        listen: listen?,
        origin: origin?,
        contact: contact?,
        trusted_proxies: trusted,
    })
}

fn url(written: &SiteFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<SiteUrl> {
    let parsed = SiteUrl::parse(&written.url);
    parsed
        .map_err(|fault| {
            let help = "write it like \"https://weather.example\"";
            reviewer.value(&spot.key("url"), fault.to_string(), help);
        })
        .ok()
}

fn listen(written: &SiteFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<SocketAddr> {
    let parsed = written.listen.parse();
    parsed
        .map_err(|_| {
            let help = "write an address and a port, like \"127.0.0.1:8080\"";
            reviewer.value(&spot.key("listen"), "this is nowhere to listen", help);
        })
        .ok()
}

fn origin(
    written: &SiteFile,
    spot: &Spot,
    folder: &Path,
    reviewer: &mut Reviewer<'_>,
) -> Option<Origin> {
    match (&written.origin, &written.files) {
        (Some(origin), None) => server(origin, &spot.key("origin"), reviewer),
        (None, Some(files)) => {
            let path = folder.join(files);
            if path.is_dir() {
                return Some(Origin::Files(path));
            }
            let message = format!("there is no folder {}", path.display());
            reviewer.value(
                &spot.key("files"),
                message,
                "relative paths start at this file's folder",
            );
            None
        }
        (Some(_), Some(_)) => {
            let help = "keep one: a website that runs (origin), or a folder (files)";
            reviewer.key(&spot.key("files"), "both origin and files are set", help);
            None
        }
        (None, None) => {
            let help = "add origin = \"http://127.0.0.1:1313\" or files = \"./public\"";
            reviewer.key(&spot.key("origin"), "there is no website behind the gate", help);
            None
        }
    }
}

fn server(text: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Origin> {
    let help = "write it like \"http://127.0.0.1:1313\"";
    let Ok(url) = Url::parse(text) else {
        reviewer.value(spot, "this is not the address of a website", help);
        return None;
    };
    let (tls, host, port) = match (url.scheme(), url.host(), url.port_or_known_default()) {
        ("http", Some(host), Some(port)) => (false, host, port),
        ("https", Some(host), Some(port)) => (true, host, port),
        _ => {
            reviewer.value(spot, "this is not the address of a website", help);
            return None;
        }
    };
    if url.path() != "/" || url.query().is_some() || !url.username().is_empty() {
        reviewer.value(spot, "an origin has a host and a port, no path and no password", help);
        return None;
    }
    if tls && !matches!(host, Host::Domain(_)) {
        let help =
            "write its name, which its certificate is for; or http:// within your own machines";
        reviewer.value(
            spot,
            "without a name the certificate of this origin cannot be checked",
            help,
        );
        return None;
    }
    let authority = text_of_authority(&url);
    Some(Origin::Http { tls, host: host.to_string(), port, authority })
}

fn text_of_authority(url: &Url) -> String {
    let origin = url.origin().ascii_serialization();
    origin.split_once("://").map_or_else(String::new, |(_, authority)| authority.to_owned())
}

/// Whether the origin is where we listen ourselves, or our own public address.
fn leads_back(host: &str, port: u16, authority: &str, url: &SiteUrl, listen: SocketAddr) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let address = address.map(|address| address.to_canonical());
    let here = match address {
        Some(address) => {
            address.is_loopback() || address.is_unspecified() || address == listen.ip()
        }
        None => is_loopback(&Host::Domain(host)),
    };
    let all = listen.ip().is_unspecified() || listen.ip().is_loopback();
    let same_address = address == Some(listen.ip());
    (port == listen.port() && port != 0 && (same_address || (here && all)))
        || url.is_authority(authority)
}

fn contact(file: &ConfigFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<String> {
    let of_mail = |from: &String| {
        let inner = from.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
        inner.map_or(from.as_str(), |(address, _)| address).trim().to_owned()
    };
    let contact = file.site.contact.clone().or_else(|| file.mail.from.as_ref().map(of_mail));
    let contact = contact.filter(|contact| !contact.trim().is_empty());
    if contact.is_none() {
        let help =
            "add contact = \"hello@weather.example\": whom readers ask when something is wrong";
        reviewer.key(&spot.key("contact"), "readers have nobody to ask", help);
    }
    contact
}

/// A proxy stands in front if the public address is https and we listen on this machine only.
fn trusted(
    written: &SiteFile,
    spot: &Spot,
    url: Option<&SiteUrl>,
    listen: Option<SocketAddr>,
    reviewer: &mut Reviewer<'_>,
) -> Vec<IpNet> {
    let Some(list) = &written.trusted_proxies else {
        let behind_proxy = url.is_some_and(|url| url.scheme() == "https")
            && listen.is_some_and(|listen| listen.ip().is_loopback());
        let loopback = ["127.0.0.0/8", "::1/128"];
        let loopback = loopback.iter().filter(|_| behind_proxy);
        return loopback.filter_map(|network| network.parse().ok()).collect();
    };
    let mut networks = Vec::new();
    for (at, text) in list.iter().enumerate() {
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        match network {
            Ok(network) => networks.push(network),
            Err(_) => {
                let help = "write an address or a network, like \"10.20.0.0/16\"";
                let spot = spot.key("trusted_proxies").index(at);
                reviewer.value(&spot, "this is no address of a proxy", help);
            }
        }
    }
    networks
}

/// Something that nobody may download.
struct Private {
    what: &'static str,
    spot: Spot,
    path: PathBuf,
    help: &'static str,
}

impl Private {
    fn secret(spot: Spot, path: PathBuf) -> Self {
        let help = "move it out of there: everybody could read it";
        Self { what: "the secret", spot, path, help }
    }

    fn store(path: PathBuf) -> Self {
        let spot = Spot::top("store").key("folder");
        let help = "name a folder elsewhere in [store] folder: everybody could read this one";
        Self { what: "the store", spot, path, help }
    }
}

fn stripe(
    written: &StripeFile,
    url: Option<&SiteUrl>,
    vault: &Vault<'_>,
    reviewer: &mut Reviewer<'_>,
) -> (Option<StripeSettings>, Vec<Private>) {
    let spot = Spot::top("stripe");
    let mut private = Vec::new();
    let mut keep = |spot: &Spot, found: Found| {
        private.extend(found.file.map(|file| Private::secret(spot.clone(), file)));
        found.secret
    };
    let key_spot = spot.key("secret_key");
    let key =
        vault.open(&written.secret_key, &key_spot, reviewer).map(|found| keep(&key_spot, found));
    let mode = key.as_ref().and_then(|key| mode_of_key(key.expose(), &key_spot, reviewer));
    let mut webhook_secrets = Vec::new();
    let webhook_spot = spot.key("webhook_secret");
    if written.webhook_secret.all.is_empty() && reviewer.is_content_with(&webhook_spot) {
        let help = "name at least one: without it anybody could make himself a subscriber";
        reviewer.value(&webhook_spot, "there is no webhook secret", help);
    }
    for (at, one) in written.webhook_secret.all.iter().enumerate() {
        let spot = if written.webhook_secret.is_list {
            webhook_spot.index(at)
        } else {
            webhook_spot.clone()
        };
        let Some(found) = vault.open(one, &spot, reviewer) else { continue };
        let secret = keep(&spot, found);
        if secret.expose().strip_prefix("whsec_").is_some_and(|rest| !rest.is_empty()) {
            webhook_secrets.push(secret);
        } else {
            let help = "Stripe shows it with the webhook endpoint; it begins with whsec_";
            reviewer.value(&spot, "this is not the signing secret of a webhook", help);
        }
    }
    if let (Some(mode), Some(url)) = (mode, url) {
        check_test_mode(mode, url, written, &spot, reviewer);
    }
    let api_base = api_base(written, mode, &spot, reviewer);
    let settings = key.zip(mode).map(|(secret_key, mode)| StripeSettings {
        secret_key,
        mode,
        webhook_secrets,
        promotion_codes: written.promotion_codes,
        api_base,
    });
    (settings, private)
}

fn mode_of_key(key: &str, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Option<Mode> {
    let starts = |prefixes: [&str; 2]| prefixes.iter().any(|prefix| key.starts_with(prefix));
    if starts(["sk_test_", "rk_test_"]) {
        return Some(Mode::Test);
    }
    if starts(["sk_live_", "rk_live_"]) {
        return Some(Mode::Live);
    }
    let (message, help) = if key.starts_with("pk_") {
        (
            "this is the publishable key (pk_…), which every visitor may see",
            "take the secret key, which begins with sk_ or rk_",
        )
    } else if key.starts_with("whsec_") {
        (
            "this is the secret of a webhook (whsec_…)",
            "take the secret key, which begins with sk_ or rk_",
        )
    } else {
        (
            "this is not a secret key of Stripe's",
            "it begins with sk_test_, sk_live_, rk_test_ or rk_live_",
        )
    };
    reviewer.value(spot, message, help);
    None
}

fn check_test_mode(
    mode: Mode,
    url: &SiteUrl,
    written: &StripeFile,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) {
    if mode == Mode::Live || url.is_loopback() {
        return;
    }
    let message = "a test key opens everything to whoever types the test card 4242";
    if written.test_mode_in_public {
        reviewer.warn(
            &spot.key("test_mode_in_public"),
            message,
            "take a live key before you announce the site",
        );
    } else {
        let help = "take a live key, or set test_mode_in_public = true while you try things out";
        reviewer.value(&spot.key("secret_key"), message, help);
    }
}

fn api_base(
    written: &StripeFile,
    mode: Option<Mode>,
    spot: &Spot,
    reviewer: &mut Reviewer<'_>,
) -> Option<String> {
    let text = written.api_base.as_ref()?;
    let spot = spot.key("api_base");
    let base = if text.ends_with('/') { text.clone() } else { format!("{text}/") };
    if base == STRIPE {
        return None;
    }
    let url = Url::parse(&base).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let local = url.as_ref().and_then(Url::host).is_some_and(|host| is_loopback(&host));
    if !local {
        let help = "leave it out for Stripe itself; the simulated Stripe is at \"http://127.0.0.1:12111/\"";
        reviewer.value(&spot, "secrets are sent to Stripe or to this machine only", help);
    } else if mode == Some(Mode::Live) {
        let help = "leave it out, or take a test key";
        reviewer.value(&spot, "a live key is sent to Stripe only", help);
    }
    Some(base)
}

/// What nobody may download must not lie in the folder that is served.
fn keep_private(served: &Path, config: &Path, private: &[Private], reviewer: &mut Reviewer<'_>) {
    let served = real(served);
    let is_inside = |path: &Path| real(path).starts_with(&served);
    if is_inside(config) {
        let help = "move it out of there: everybody could read it";
        reviewer.value(
            &Spot::top("site").key("files"),
            "this folder holds the configuration itself",
            help,
        );
    }
    for Private { what, spot, path, help } in private {
        if is_inside(path) {
            let message = format!("{what}, {}, lies in the folder that is served", path.display());
            reviewer.value(spot, message, *help);
        }
    }
}

/// The path with all links resolved, as far as it exists.
fn real(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return real;
    }
    let parent = match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => return path.to_owned(),
    };
    path.file_name().map_or_else(|| path.to_owned(), |name| real(parent).join(name))
}

fn patience(access: &AccessFile) -> Patience {
    let days = |days: u16| Duration::from_secs(u64::from(days) * DAY);
    Patience { late_renewal: days(access.late_renewal_days), past_due: days(access.past_due_days) }
}

fn lifetimes(access: &AccessFile) -> Lifetimes {
    Lifetimes {
        refresh: Duration::from_secs(u64::from(access.refresh_minutes) * 60),
        session: Duration::from_secs(u64::from(access.session_days) * DAY),
        outage: Duration::from_secs(u64::from(access.outage_hours) * 60 * 60),
    }
}

fn limits(limits: &LimitsFile) -> Limits {
    let seconds = |seconds: u16| Duration::from_secs(u64::from(seconds));
    let kib = |kib: u16| usize::from(kib) * 1024;
    let count = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    Limits {
        header: seconds(limits.header_seconds),
        idle: seconds(limits.idle_seconds),
        header_bytes: kib(limits.header_kib),
        body_bytes: kib(limits.body_mib) * 1024,
        form_bytes: kib(limits.form_kib),
        connections: count(limits.connections),
        connections_per_address: count(limits.connections_per_address),
        checkouts_per_hour: NonZeroU32::new(limits.checkouts_per_hour.into())
            .unwrap_or(NonZeroU32::MIN),
        client_write: seconds(limits.client_write_seconds),
        origin_connect: seconds(limits.origin_connect_seconds),
        origin_read: seconds(limits.origin_read_seconds),
        origin_write: seconds(limits.origin_write_seconds),
        origin_idle: seconds(limits.origin_idle_seconds),
        drain: seconds(limits.drain_seconds),
        threads: usize::from(limits.threads),
    }
}
