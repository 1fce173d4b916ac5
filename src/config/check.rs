//! From the written form to the used one: what the schema cannot tell.

use std::collections::BTreeMap;
use std::num::{NonZeroU16, NonZeroU32};
use std::path::Path;
use std::time::Duration;

use super::faults::{Faults, Reviewer};
use super::file::LimitsFile;
use super::locate::Spot;
use super::merge::{self, Shape};
use super::private::keep_private;
use super::secrets::Vault;
use super::{
    Config, Limits, access, admin, coverage, look, mail, origin, retention, sale, site, stripe,
};

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
        let message = "this tollhouse reads version 1 of this file";
        reviewer.value(&Spot::top("version"), message, "write 1");
    }
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    let vault = Vault { environment, folder };
    let site = site::settings(&file, folder, reviewer);
    let url = site::sound_url(&file.site, reviewer);
    let look = look::look(&file.site, folder, reviewer);
    let admin = admin::listen(&file.admin, site.as_ref().map(|site| site.listen), reviewer);
    let mail = mail::settings(&file.mail, &vault, reviewer);
    let stripe = stripe::settings(&file.stripe, url.as_ref(), &vault, reviewer);
    let origin_proof = origin::proof(&file, &vault, reviewer);
    let served = site::served(&file.site, folder, reviewer);
    if let Some(served) = &served {
        keep_private(served, path, &file, reviewer);
    }
    let catalog = sale::catalog(&file.plans, reviewer);
    let gates = catalog.as_ref().and_then(|catalog| sale::gates(&file, catalog, reviewer));
    if let (Some(catalog), None) = (&catalog, &file.mail.smtp) {
        sale::warn_of_silence(catalog, reviewer);
    }
    if let Some(gates) = &gates {
        coverage::warn(gates, file.gate.len(), served.as_deref(), reviewer);
    }
    let lifetimes = access::lifetimes(&file.access);
    let places = access::places(&file.access, folder, reviewer);
    Some(Config {
        path: path.to_owned(),
        site: site?,
        look,
        stripe: stripe?,
        policy: access::policy(&file.access),
        lifetimes,
        devices: NonZeroU16::new(file.access.devices).unwrap_or(NonZeroU16::MIN),
        places,
        identity_to_origin: file.headers.to_origin,
        admin,
        origin_proof,
        mail,
        limits: limits(&file.limits),
        store: folder.join(&file.store.folder),
        retention: retention::retention(&file.retention, lifetimes),
        catalog: catalog?,
        gates: gates?,
        warnings: Vec::new(),
    })
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
        client_read: seconds(limits.client_read_seconds),
        client_write: seconds(limits.client_write_seconds),
        client_rate: limits.client_bytes_per_second,
        origin_connect: seconds(limits.origin_connect_seconds),
        origin_read: seconds(limits.origin_read_seconds),
        origin_write: seconds(limits.origin_write_seconds),
        origin_idle: seconds(limits.origin_idle_seconds),
        drain: seconds(limits.drain_seconds),
        threads: usize::from(limits.threads),
    }
}
