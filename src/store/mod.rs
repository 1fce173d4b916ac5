//! Readers, their ledger, the inbox, sessions and sign-ins: SQL and rows, nothing of it visible
//! outside. A question is a read, an answer to the world is one transaction.

mod asks;
mod audit;
mod checkouts;
mod dossier;
mod doubt;
mod engine;
mod events;
mod farewells;
mod inbox;
mod keys;
mod ledger;
mod looks;
mod outline;
mod place;
mod readers;
mod recent;
mod rows;
mod sessions;
mod sign_ins;
mod sweep;
mod writer;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::clock::Clock;
use crate::domain::ids::Mode;

pub use self::asks::{Addressees, Ask, Due, Letter, NewAsk, Waiting};
pub use self::checkouts::BegunCheckout;
pub use self::engine::StoreError;
pub use self::events::{Entry, Filter, PutBack, State, Try};
pub use self::farewells::{Farewell, FarewellLetter};
pub use self::inbox::{Did, Errand, News, Received, Source};
pub use self::keys::{KeptKey, NewKey};
pub use self::ledger::{Record, Recorded, Ticket};
pub use self::looks::{Look, Looked};
pub use self::readers::Account;
pub use self::recent::{Change, Recent};
pub use self::sessions::{Arrival, Ended, SignedIn};
pub use self::sign_ins::{Move, Redeemed};

use self::engine::Engine;

/// What the store is opened with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The folder; made (0700) if it is missing.
    pub folder: PathBuf,
    /// Ledgers hold this mode's payments only.
    pub mode: Mode,
    /// How long a change of a reader is published: a pass that does not know of it yet may be
    /// honoured that long.
    pub publish: Duration,
}

/// The store. Cheap to clone; its threads end when the last clone is dropped.
#[derive(Clone)]
pub struct Store {
    settings: Arc<Settings>,
    recent: Arc<Recent>,
    engine: Arc<OnceLock<Engine>>,
    mode: Mode,
    clock: Clock,
}

impl Store {
    /// A store that is not open yet: it answers every question with [`StoreError::Shut`].
    pub fn new(settings: Settings, clock: Clock) -> Self {
        Self {
            mode: settings.mode,
            recent: Arc::new(Recent::new(settings.publish)),
            settings: Arc::new(settings),
            engine: Arc::new(OnceLock::new()),
            clock,
        }
    }

    /// Opens the store, making folder and file if they are missing, and brings its tables up
    /// to date. Blocks: to be called before the server runs, or off its threads. May be tried
    /// again after an error.
    pub fn open(&self) -> Result<(), StoreError> {
        if self.engine.get().is_none() {
            let engine = Engine::start(&self.settings, &self.recent, self.clock.clone())?;
            // Somebody else may have opened it meanwhile; one of the two is dropped.
            let _ = self.engine.set(engine);
        }
        Ok(())
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.engine.get().is_some()
    }

    /// Readers whose standing changed lately.
    pub fn recent(&self) -> &Recent {
        &self.recent
    }

    fn engine(&self) -> Result<&Engine, StoreError> {
        self.engine.get().ok_or(StoreError::Shut)
    }
}
