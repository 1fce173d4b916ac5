//! A site: everything that is derived from the configuration, found by host, swapped as a whole.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::config::Config;
use crate::domain::ids::PlanId;
use crate::domain::ledger::{self, Ledger, Source};
use crate::domain::standing::Standing;
use crate::passes::Passes;

/// One site. Immutable: a request ends with the site that it began with.
pub struct Site {
    /// The settings.
    pub config: Config,
    /// Its passes and cookies.
    pub passes: Passes,
}

impl Site {
    /// What each entry of a ledger means here.
    pub fn sources(&self, ledger: &Ledger) -> Vec<(PlanId, Source)> {
        ledger::sources(ledger, &self.config.catalog, &self.config.policy)
    }

    /// What a ledger amounts to here.
    pub fn standing(&self, ledger: &Ledger) -> Standing {
        ledger::standing(ledger, &self.config.catalog, &self.config.policy)
    }
}

/// Which site a host belongs to.
pub enum Found {
    /// This one.
    Here(Arc<Site>),
    /// Another name of this one: the visitor is sent to its own.
    Elsewhere(Arc<Site>),
    /// None of ours.
    Unknown,
}

/// All sites; one, today.
#[derive(Clone)]
pub struct Sites(Arc<ArcSwap<Site>>);

impl Sites {
    /// One site.
    pub fn new(site: Site) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(site)))
    }

    /// The site as it is now.
    pub fn current(&self) -> Arc<Site> {
        self.0.load_full()
    }

    /// Passes are signed and checked by other keys from now on.
    pub fn change_passes(&self, passes: Passes) {
        let config = self.current().config.clone();
        self.0.store(Arc::new(Site { config, passes }));
    }

    /// The site of a request's host, as the `Host` header gives it: a name, maybe a port.
    pub fn find(&self, host: &str) -> Found {
        let site = self.current();
        if site.config.site.url.is_authority(host) {
            return Found::Here(site);
        }
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_end_matches('.');
        let also = site.config.site.also.iter().any(|also| also.eq_ignore_ascii_case(name));
        if also || site.config.site.url.is_other_loopback_name(host) {
            return Found::Elsewhere(site);
        }
        Found::Unknown
    }
}
