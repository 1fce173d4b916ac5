//! The keys that sign passes: in the store, and mirrored to a file, so that passes are checked
//! even when the store does not open.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};

use super::{Store, StoreError};
use crate::crypto::SigningKey;

const MIRROR: &str = "keys.json";

/// One key in the mirror.
#[derive(Serialize, Deserialize)]
struct Mirrored {
    pkcs8: Vec<u8>,
}

impl Store {
    /// All keys, the one that signs first; the very first is made here. A store that has none takes
    /// over those of the mirror: the store was lost, and passes that they signed are still about.
    /// Where there are keys nothing is written, so that a disk that cannot be is no obstacle.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let keys = self.engine()?.read(stored).await?;
        if keys.is_empty() { self.first_keys().await } else { Ok(keys) }
    }

    async fn first_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
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
                let keys =
                    if mirrored.is_empty() { vec![SigningKey::generate()] } else { mirrored };
                // The one that signs is the youngest.
                for (age, key) in (0_i64..).zip(&keys) {
                    transaction.execute(
                        "INSERT INTO signing_keys (id, pkcs8, created_at) VALUES (?1, ?2, ?3)",
                        params![key.id(), key.pkcs8(), now.unix() - age],
                    )?;
                }
                Ok(keys)
            })
            .await
    }

    /// Copies the keys to the mirror, for nobody's eyes but ours.
    pub fn mirror_keys(&self, keys: &[SigningKey]) -> io::Result<()> {
        let mirrored: Vec<Mirrored> =
            keys.iter().map(|key| Mirrored { pkcs8: key.pkcs8().to_vec() }).collect();
        let text = serde_json::to_vec(&mirrored)?;
        let draft = self.settings.folder.join("keys.json.new");
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(draft, self.settings.folder.join(MIRROR))
    }

    /// The keys as they were mirrored last.
    pub fn mirrored_keys(&self) -> io::Result<Vec<SigningKey>> {
        let text = fs::read(self.settings.folder.join(MIRROR))?;
        let mirrored: Vec<Mirrored> = serde_json::from_slice(&text)?;
        let key = |one: &Mirrored| SigningKey::from_pkcs8(&one.pkcs8).map_err(io::Error::other);
        mirrored.iter().map(key).collect()
    }
}

/// The keys in the store, the youngest first. One that cannot be read is no reason to make
/// another: that would sign everybody out.
fn stored(connection: &Connection) -> Result<Vec<SigningKey>, StoreError> {
    let sql = "SELECT pkcs8 FROM signing_keys ORDER BY created_at DESC, id";
    let stored = connection
        .prepare_cached(sql)?
        .query_map([], |row| row.get::<_, Vec<u8>>(0))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    stored
        .iter()
        .map(|pkcs8| SigningKey::from_pkcs8(pkcs8).map_err(|_| StoreError::BadKey))
        .collect()
}
