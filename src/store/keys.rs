//! The keys that sign passes: in the store, and mirrored to a file, so that passes are checked
//! even when the store does not open.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError, audit, rows};
use crate::crypto::{self, SigningKey};
use crate::domain::keyring::PUBLISHED_BEFORE;
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

    /// Throws all keys away, makes one that signs at once, and ends every sign-in: whoever read one
    /// of them could read the others, and which sign-ins there are. Returns the new one. The mirror
    /// goes first: whatever happens then, it does not bring them back.
    pub async fn revoke_keys(&self) -> Result<KeptKey, StoreError> {
        self.take_mirror().map_err(|why| StoreError::Mirror(Arc::new(why)))?;
        let now = self.clock.now();
        self.engine()?
            .write(move |transaction| {
                transaction.execute("DELETE FROM signing_keys", [])?;
                let kept = KeptKey { key: SigningKey::generate(), signs_from: now };
                insert(transaction, &kept, now)?;
                let sql = "UPDATE sessions SET ended_at = ?1 WHERE ended_at IS NULL";
                transaction.execute(sql, [now.unix()])?;
                note(transaction, "revoke keys", &kept.key.id(), now)?;
                Ok(kept)
            })
            .await
    }

    fn take_mirror(&self) -> io::Result<()> {
        let folder = &self.settings.folder;
        match fs::remove_file(folder.join(MIRROR)) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(()),
            taken => taken.and_then(|()| File::open(folder)?.sync_all()),
        }
    }

    /// Copies the keys to the mirror, for nobody's eyes but ours.
    pub fn mirror_keys(&self, keys: &[KeptKey]) -> io::Result<()> {
        let mirrored = |kept: &KeptKey| Mirrored {
            pkcs8: kept.key.pkcs8().to_vec(),
            signs_from: Some(kept.signs_from),
        };
        let text = serde_json::to_vec(&keys.iter().map(mirrored).collect::<Vec<_>>())?;
        let folder = &self.settings.folder;
        // A command and the server may both be at it.
        let draft = folder.join(format!("{MIRROR}.{}", crypto::random_name()));
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&draft, folder.join(MIRROR))?;
        // What is left of drafts, by a program that was killed over one, holds keys, too.
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(b"keys.json.") {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
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

fn note(
    transaction: &Transaction<'_>,
    action: &str,
    id: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    audit::write(transaction, &audit::Entry { actor: "owner", action, whose: id }, "", now)
}
