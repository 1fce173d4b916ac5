//! The keys that sign passes: in the store, and mirrored to a file, so that passes are checked
//! even when the store does not open.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::process;
use std::time::Duration;

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, audit, rows};
use crate::crypto::SigningKey;
use crate::domain::keyring::{self, PUBLISHED_BEFORE, Use};
use crate::domain::time::Timestamp;

const MIRROR: &str = "keys.json";

/// A key, and from when on it signs.
#[derive(Debug, Clone)]
pub struct KeptKey {
    /// The key.
    pub key: SigningKey,
    /// When it signs, unless a later one does.
    pub signs_from: Timestamp,
}

/// What became of the wish for a new key.
#[derive(Debug)]
pub enum NewKey {
    /// It is published, and signs later.
    Announced(KeptKey),
    /// There is one that is published and does not sign yet.
    AlreadyAnnounced(KeptKey),
}

/// One key in the mirror.
#[derive(Serialize, Deserialize)]
struct Mirrored {
    pkcs8: Vec<u8>,
    /// Not there: written by a version whose keys never changed.
    signs_from: Option<Timestamp>,
}

impl Store {
    /// All keys, the one that begins to sign last first; the very first is made here. A store that
    /// has none takes over those of the mirror: the store was lost, and passes that they signed are
    /// still about. Where there are keys nothing is written, so that a disk that cannot be is no
    /// obstacle.
    pub async fn signing_keys(&self) -> Result<Vec<KeptKey>, StoreError> {
        let keys = self.engine()?.read(stored).await?;
        if keys.is_empty() { self.first_keys().await } else { Ok(keys) }
    }

    async fn first_keys(&self) -> Result<Vec<KeptKey>, StoreError> {
        let now = self.clock.now();
        // A mirror that is not there, or cannot be read, has nothing to give.
        let mirrored = self.mirrored_keys().unwrap_or_default();
        self.engine()?
            .write(move |transaction| {
                // Another process may have been faster.
                let keys = stored(transaction)?;
                if !keys.is_empty() {
                    return Ok(keys);
                }
                let first = || vec![KeptKey { key: SigningKey::generate(), signs_from: now }];
                let keys = if mirrored.is_empty() { first() } else { mirrored };
                for kept in &keys {
                    insert(transaction, kept, now)?;
                }
                Ok(keys)
            })
            .await
    }

    /// Makes a key that is published now and signs after [`PUBLISHED_BEFORE`].
    pub async fn announce_key(&self) -> Result<NewKey, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let youngest = stored(transaction)?.into_iter().next();
                if let Some(known) = youngest.filter(|kept| kept.signs_from > now) {
                    return Ok(NewKey::AlreadyAnnounced(known));
                }
                let signs_from = now.plus(PUBLISHED_BEFORE);
                let kept = KeptKey { key: SigningKey::generate(), signs_from };
                insert(transaction, &kept, now)?;
                note(transaction, "announce key", &kept.key.id(), now)?;
                Ok(NewKey::Announced(kept))
            })
            .await
    }

    /// Throws a key away at once: what it signed is worth nothing from now on. If it is the one
    /// that signs, the next that is announced does, or a new one. False: there is no such key.
    pub async fn revoke_key(&self, id: String) -> Result<bool, StoreError> {
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                let keys = stored(transaction)?;
                let Some(place) = keys.iter().position(|kept| kept.key.id() == id) else {
                    return Ok(false);
                };
                transaction.execute("DELETE FROM signing_keys WHERE id = ?1", [&id])?;
                note(transaction, "revoke key", &id, now)?;
                let begins: Vec<_> = keys.iter().map(|kept| kept.signs_from).collect();
                if matches!(keyring::uses(&begins, now, Duration::ZERO)[place], Use::Signs { .. }) {
                    replace_signer(transaction, now)?;
                }
                Ok(true)
            })
            .await
    }

    /// Copies the keys to the mirror, for nobody's eyes but ours.
    pub fn mirror_keys(&self, keys: &[KeptKey]) -> io::Result<()> {
        let mirrored = |kept: &KeptKey| Mirrored {
            pkcs8: kept.key.pkcs8().to_vec(),
            signs_from: Some(kept.signs_from),
        };
        let text = serde_json::to_vec(&keys.iter().map(mirrored).collect::<Vec<_>>())?;
        // A command and the server may both be at it.
        let draft = self.settings.folder.join(format!("{MIRROR}.{}", process::id()));
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        let written = file.write_all(&text).and_then(|()| file.sync_all());
        let moved = written.and_then(|()| fs::rename(&draft, self.settings.folder.join(MIRROR)));
        if moved.is_err() {
            // It holds keys; that it cannot be taken away either is told by the error above.
            let _ = fs::remove_file(&draft);
        }
        moved
    }

    /// The keys as they were mirrored last.
    pub fn mirrored_keys(&self) -> io::Result<Vec<KeptKey>> {
        let text = fs::read(self.settings.folder.join(MIRROR))?;
        let mirrored: Vec<Mirrored> = serde_json::from_slice(&text)?;
        let kept = |(age, one): (i64, &Mirrored)| {
            let key = SigningKey::from_pkcs8(&one.pkcs8).map_err(io::Error::other)?;
            // The order in which they stand is that in which they signed.
            let signs_from = one.signs_from.unwrap_or(Timestamp::from_unix(-age));
            Ok(KeptKey { key, signs_from })
        };
        (0..).zip(&mirrored).map(kept).collect()
    }
}

/// The keys in the store. One that cannot be read is no reason to make another: that would sign
/// everybody out.
fn stored(connection: &Connection) -> Result<Vec<KeptKey>, StoreError> {
    let sql = "SELECT pkcs8, signs_from FROM signing_keys ORDER BY signs_from DESC, id";
    let stored = connection
        .prepare_cached(sql)?
        .query_map([], |row| Ok((row.get::<_, Vec<u8>>(0)?, rows::moment(row, 1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    stored
        .into_iter()
        .map(|(pkcs8, signs_from)| {
            let key = SigningKey::from_pkcs8(&pkcs8).map_err(|_| StoreError::BadKey)?;
            Ok(KeptKey { key, signs_from })
        })
        .collect()
}

fn insert(transaction: &Transaction<'_>, kept: &KeptKey, now: Timestamp) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO signing_keys (id, pkcs8, created_at, signs_from) VALUES (?1, ?2, ?3, ?4)",
        params![kept.key.id(), kept.key.pkcs8(), now.unix(), kept.signs_from.unix()],
    )?;
    Ok(())
}

/// Something takes the place of the key that signed. Else it would be the one before it, which has
/// retired.
fn replace_signer(transaction: &Transaction<'_>, now: Timestamp) -> Result<(), StoreError> {
    let announced = "UPDATE signing_keys SET signs_from = ?1 WHERE signs_from > ?1";
    if transaction.execute(announced, [now.unix()])? > 0 {
        return Ok(());
    }
    insert(transaction, &KeptKey { key: SigningKey::generate(), signs_from: now }, now)
}

fn note(
    transaction: &Transaction<'_>,
    action: &str,
    id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    audit::write(transaction, &audit::Entry { actor: "owner", action, whose: id }, "", now)
}
