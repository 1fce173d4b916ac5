//! `[site]`: the website, its address, and what stands in front of it and behind.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use ::url::{Host, Url};
use ipnet::IpNet;

use super::faults::{Reviewer, hide_secrets};
use super::file::{AiTrainingFile, ConfigFile, SiteFile};
use super::locate::Spot;
use super::url::is_loopback;
use super::{Origin, SiteSettings, SiteUrl};

/// The site, if all of it is sound.
pub(super) fn settings(
    file: &ConfigFile,
    folder: &Path,
    reviewer: &mut Reviewer<'_>,
) -> Option<SiteSettings> {
    let (written, spot) = (&file.site, Spot::top("site"));
    let url = url(written, &spot, reviewer);
    let listen = listen(written, &spot, reviewer);
    let origin = origin(written, &spot, folder, reviewer);
    let also = also(written, &spot, url.as_ref(), reviewer);
    let contact = contact(file, &spot, reviewer);
    let terms = terms(written, &spot, url.as_ref(), reviewer);
    let trusted = trusted(written, &spot, url.as_ref(), listen, reviewer);
    if let (Some(url), Some(listen), Some(Origin::Http { host, port, authority, .. })) =
        (&url, listen, &origin)
        && (leads_back(host, *port, authority, url, listen) || also.contains(authority))
    {
        let help = "name the website behind the gate; it listens elsewhere than [site] listen";
        reviewer.value(&spot.key("origin"), "this origin is tollhouse itself", help);
    }
    if origin == Some(Origin::Nothing) && trusted.is_empty() {
        let help =
            "add trusted_proxies = [\"127.0.0.1\"]: the server in front that asks who may read";
        reviewer.value(&spot.key("origin"), "nobody is trusted to ask who may read", help);
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
        also,
        listen: listen?,
        origin: origin?,
        contact: contact?,
        denies_training: written.ai_training == AiTrainingFile::Deny,
        terms,
        trusted_proxies: trusted,
        resolvers: resolvers(written, &spot, reviewer),
    })
}

/// Where name servers listen.
const DNS: u16 = 53;

fn resolvers(written: &SiteFile, spot: &Spot, reviewer: &mut Reviewer<'_>) -> Vec<SocketAddr> {
    let mut servers = Vec::new();
    for (at, text) in written.resolvers.iter().enumerate() {
        let server = text.parse().or_else(|_| text.parse().map(|ip: IpAddr| (ip, DNS).into()));
        match server {
            Ok(server) => servers.push(server),
            Err(_) => {
                let help = "write its address, like \"127.0.0.1\" or \"127.0.0.1:5353\"";
                let spot = spot.key("resolvers").index(at);
                reviewer.value(&spot, "this is no address of a name server", help);
            }
        }
    }
    servers
}

/// The folder that is served, if one is, whatever is wrong with the rest of the site.
pub(super) fn served(
    written: &SiteFile,
    folder: &Path,
    reviewer: &Reviewer<'_>,
) -> Option<PathBuf> {
    let files = written.files.as_ref()?;
    let is_sound = reviewer.is_content_with(&Spot::top("site").key("files"));
    Some(folder.join(files)).filter(|path| is_sound && path.is_dir())
}

/// The site's address, if it is the owner's, whatever is wrong with the rest of the site.
pub(super) fn sound_url(written: &SiteFile, reviewer: &Reviewer<'_>) -> Option<SiteUrl> {
    let url = SiteUrl::parse(&written.url).ok()?;
    reviewer.is_content_with(&Spot::top("site").key("url")).then_some(url)
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

/// The other names of the site, as browsers send them.
fn also(
    written: &SiteFile,
    spot: &Spot,
    url: Option<&SiteUrl>,
    reviewer: &mut Reviewer<'_>,
) -> Vec<String> {
    let mut names = Vec::new();
    for (at, text) in written.also.iter().enumerate() {
        let spot = spot.key("also").index(at);
        match host_name(text) {
            None => {
                let help = "write a name alone, like \"www.weather.example\": no https://, port, path or *";
                reviewer.value(&spot, "this is not another name of the site", help);
            }
            Some(name) if url.is_some_and(|url| url.host() == name) => {
                let help = "take it out: only other names are redirected to it";
                reviewer.value(&spot, "this is the name that url has already", help);
            }
            Some(name) => names.push(name),
        }
    }
    names
}

fn host_name(text: &str) -> Option<String> {
    let name = text.strip_suffix('.').unwrap_or(text);
    let host = Host::parse(name).ok()?;
    let is_name = match &host {
        Host::Domain(name) => !name.contains('*') && name.split('.').all(|part| !part.is_empty()),
        // "5" would be read as an address too.
        Host::Ipv4(address) => address.to_string() == name,
        Host::Ipv6(_) => false,
    };
    is_name.then(|| host.to_string())
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

/// How it is written that no website stands behind us.
const NOTHING: &str = "none";

fn origin(
    written: &SiteFile,
    spot: &Spot,
    folder: &Path,
    reviewer: &mut Reviewer<'_>,
) -> Option<Origin> {
    match (&written.origin, &written.files) {
        (Some(origin), None) if origin == NOTHING => Some(Origin::Nothing),
        (Some(origin), None) => server(origin, &spot.key("origin"), reviewer),
        (None, Some(files)) => {
            let path = folder.join(files);
            if path.is_dir() {
                return Some(Origin::Files(path));
            }
            let shown = hide_secrets(&path.display().to_string());
            let message = if path.exists() {
                format!("{shown} is a file, not a folder")
            } else {
                format!("there is no folder {shown}")
            };
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
            let help = "add origin = \"http://127.0.0.1:1313\" or files = \"./public\"; or origin = \
                        \"none\", if a server in front shows it and asks us who may read";
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
        (_, _, Some(0)) | (_, Some(Host::Domain("*")), _) => {
            reviewer.value(spot, "nothing can be reached at this address", help);
            return None;
        }
        ("http", Some(host), Some(port)) => (false, host, port),
        ("https", Some(host), Some(port)) => (true, host, port),
        _ => {
            reviewer.value(spot, "this is not the address of a website", help);
            return None;
        }
    };
    let has_name = !url.username().is_empty() || url.password().is_some();
    if url.path() != "/" || url.query().is_some() || has_name {
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

fn terms(
    written: &SiteFile,
    spot: &Spot,
    site: Option<&SiteUrl>,
    reviewer: &mut Reviewer<'_>,
) -> Option<String> {
    let text = written.terms.as_deref()?;
    // A base that is right for any path: what is wrong with the site's own address was told.
    let base = site.map_or("https://site.invalid", SiteUrl::as_str);
    let url = Url::parse(base).and_then(|base| base.join(text)).ok();
    let url = url.filter(|url| {
        matches!(url.scheme(), "http" | "https") && (text.starts_with('/') || text.contains("://"))
    });
    if url.is_none() {
        let help = "write a path of the site, like \"/terms/\", or an address with https://";
        reviewer.value(&spot.key("terms"), "nobody finds terms here", help);
    }
    url.map(String::from)
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
            Ok(network) => {
                if network.prefix_len() == 0 {
                    let help = "name only your own proxies, like \"10.20.0.0/16\"";
                    let message = "this is everybody: any visitor may then name any address as his";
                    reviewer.warn(&spot.key("trusted_proxies").index(at), message, help);
                }
                networks.push(network);
            }
            Err(_) => {
                let help = "write an address or a network, like \"10.20.0.0/16\"";
                let spot = spot.key("trusted_proxies").index(at);
                reviewer.value(&spot, "this is no address of a proxy", help);
            }
        }
    }
    networks
}
