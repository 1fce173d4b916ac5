//! The keys of a running server: read at the start, or from their mirror; and taken up again when
//! a command, or the time, has changed what each is used for.

use std::io;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::OPEN_AGAIN;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::keyring::{self, Use};
use crate::domain::time::Timestamp;
use crate::passes::Passes;
use crate::site::Sites;
use crate::store::{KeptKey, Store, StoreError};

/// How soon a change is taken up.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// What a server holds at its start.
pub(super) struct Held {
    pub(super) keys: Vec<KeptKey>,
    /// Whether the mirror has them.
    mirrored: bool,
}

/// What each key is used for.
pub fn uses(config: &Config, keys: &[KeptKey], now: Timestamp) -> Vec<Use> {
    let begins: Vec<_> = keys.iter().map(|kept| kept.signs_from).collect();
    keyring::uses(&begins, now, config.retention.sessions)
}

/// Passes that are signed and checked by these keys. Fails without any.
pub(super) fn passes(config: &Config, keys: &[KeptKey], now: Timestamp) -> Result<Passes> {
    let uses = uses(config, keys, now);
    let (signs, others): (Vec<_>, Vec<_>) =
        keys.iter().zip(uses).partition(|(_, used)| matches!(used, Use::Signs { .. }));
    let (signer, _) = signs.first().context("there is no key to sign passes with")?;
    let others = others.iter().map(|(kept, _)| &kept.key);
    let origin = format!("{}/", config.site.url.as_str());
    Ok(Passes::new(config.site.url.as_str(), &origin, &signer.key, others))
}

/// Opens the store and reads the keys. A store that gives none is no reason to lock out readers
/// with valid passes: their keys are mirrored.
pub(super) async fn read(store: &Store) -> Result<Held> {
    match stored(store).await? {
        Ok(keys) => {
            let mirrored = mirror(store, &keys).await;
            Ok(Held { keys, mirrored })
        }
        Err(problem) => {
            let Ok(keys) = store.mirrored_keys() else {
                return Err(problem).context(
                    "the store cannot be used, and there are no keys from an earlier run to go on with",
                );
            };
            tracing::error!(
                %problem,
                "the store cannot be used: readers with a valid pass can read, nobody can buy or \
                 sign in until it can; one that did not open is tried again every {OPEN_AGAIN:?}"
            );
            Ok(Held { keys, mirrored: true })
        }
    }
}

async fn stored(store: &Store) -> Result<Result<Vec<KeptKey>, StoreError>> {
    let opening = store.clone();
    match tokio::task::spawn_blocking(move || opening.open()).await? {
        Ok(()) => Ok(store.signing_keys().await),
        Err(problem) => Ok(Err(problem)),
    }
}

/// Whether it is done.
async fn mirror(store: &Store, keys: &[KeptKey]) -> bool {
    let done = write_mirror(store, keys).await;
    if let Err(problem) = &done {
        tracing::warn!(%problem, "cannot mirror the keys beside the store; it is tried again");
    }
    done.is_ok()
}

async fn write_mirror(store: &Store, keys: &[KeptKey]) -> io::Result<()> {
    let (store, keys) = (store.clone(), keys.to_vec());
    let written = tokio::task::spawn_blocking(move || store.mirror_keys(&keys));
    written.await.map_err(io::Error::other)?
}

/// Takes up what changes, for ever. The site has the keys that are held, as they were used at
/// `since`.
pub(super) async fn keep(store: Store, sites: Sites, held: Held, since: Timestamp, clock: Clock) {
    let config = sites.current().config.clone();
    let Held { keys, mut mirrored } = held;
    let mut known = summary(&config, &keys, since);
    loop {
        clock.pause(LOOK_AGAIN).await;
        // While the store does not answer, others say so; what is known stays good.
        let Ok(keys) = store.signing_keys().await else { continue };
        let now = clock.now();
        let found = summary(&config, &keys, now);
        if found == known {
            // That it could not be done was told when it was tried first.
            mirrored = mirrored || write_mirror(&store, &keys).await.is_ok();
            continue;
        }
        match passes(&config, &keys, now) {
            Ok(passes) => sites.change_passes(passes),
            Err(problem) => {
                tracing::error!(%problem, "the keys cannot be changed");
                continue;
            }
        }
        tracing::info!(
            keys = found.len(),
            "passes are signed and checked by other keys from now on"
        );
        mirrored = mirror(&store, &keys).await;
        known = found;
    }
}

fn summary(config: &Config, keys: &[KeptKey], now: Timestamp) -> Vec<(String, Use)> {
    let ids = keys.iter().map(|kept| kept.key.id());
    ids.zip(uses(config, keys, now)).collect()
}
