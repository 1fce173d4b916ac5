//! Who is visiting: a stranger, or a reader whose pass we believe.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};

use super::{Client, Desk};
use crate::domain::device::Device;
use crate::domain::ids::{ReaderId, SessionId};
use crate::domain::pass::{Freshness, Pass};
use crate::domain::standing::Standing;
use crate::domain::time::Timestamp;
use crate::passes::Presented;
use crate::site::Site;
use crate::store::{Account, Arrival, Change, Ended};
use crate::stripe::Stripe;

/// Who is visiting.
#[derive(Debug, Clone)]
pub enum Visitor {
    /// Nobody we know.
    Stranger {
        /// Whether the browser sent a pass that is worth nothing: somebody who was here before,
        /// and may know how to sign in.
        returning: bool,
    },
    /// A reader.
    Reader(Box<KnownReader>),
    /// Somebody with a pass that is too old to be believed, while the store cannot tell.
    Unclear,
}

/// A reader whose pass we believe.
#[derive(Debug, Clone)]
pub struct KnownReader {
    /// Who he is.
    pub reader: ReaderId,
    /// His sign-in.
    pub session: SessionId,
    /// What he may read.
    pub standing: Standing,
    /// His renewed pass, to be sent along with the answer.
    pub renewed: Option<HeaderValue>,
}

impl Visitor {
    /// What he may read: a stranger nothing.
    pub fn standing(&self) -> &Standing {
        static NONE: Standing = Standing::none();
        match self {
            Self::Reader(known) => &known.standing,
            Self::Stranger { .. } | Self::Unclear => &NONE,
        }
    }

    /// Whether he was here before, so that the offer is for him, not the till.
    pub fn is_returning(&self) -> bool {
        match self {
            Self::Stranger { returning } => *returning,
            Self::Reader(_) | Self::Unclear => true,
        }
    }

    /// The reader, if he is one.
    pub fn reader(&self) -> Option<&KnownReader> {
        match self {
            Self::Reader(known) => Some(known),
            Self::Stranger { .. } | Self::Unclear => None,
        }
    }

    pub(super) fn renewed(&self) -> Option<&HeaderValue> {
        self.reader()?.renewed.as_ref()
    }
}

/// One request for a page of ours.
#[derive(Clone)]
pub(super) struct Visit {
    pub(super) site: Arc<Site>,
    pub(super) visitor: Visitor,
    pub(super) client: Client,
    pub(super) headers: HeaderMap,
    /// Stripe, asked as long as this visitor waits.
    pub(super) stripe: Stripe,
}

impl Visit {
    /// The browser, as whoever signs in.
    pub(super) fn arrival(&self, desk: &Desk) -> Arrival {
        let places = self.site.config.places.as_ref();
        let language = desk.language_of(self);
        let agent = self.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
        Arrival {
            device: agent.map(Device::of_user_agent).unwrap_or_default(),
            place: places.and_then(|it| it.of(self.client.address, language.as_str())),
            before: self.visitor.reader().map(|known| known.session.clone()),
            devices: self.site.config.devices,
        }
    }

    /// Why somebody who was signed in here is not any more, if he did not do it himself. It is a
    /// kindness: a store that cannot tell keeps nobody from his page.
    pub(super) async fn why_ended(&self, desk: &Desk) -> Option<Ended> {
        let Visitor::Stranger { returning: true } = self.visitor else { return None };
        // Whatever somebody sends that is no pass of ours, he is told what a stranger is told.
        let Presented::Pass(pass) = self.site.passes.presented(&self.headers) else { return None };
        desk.store.why_ended(pass.session.clone()).await.ok().flatten()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let visit = parts.extensions.get::<Self>();
        Ok(visit.expect("`Pages::answer` puts the visit into every request").clone())
    }
}

/// Reads the pass of a request, and renews it from the store where it is due.
pub(super) async fn recognise(desk: &Desk, site: &Arc<Site>, headers: &HeaderMap) -> Visitor {
    let pass = match site.passes.presented(headers) {
        Presented::Nothing => return Visitor::Stranger { returning: false },
        Presented::Worthless => return Visitor::Stranger { returning: true },
        Presented::Pass(pass) => pass,
    };
    let change = desk.store.recent().of(&pass.reader);
    let ended = change.as_ref().is_some_and(|change| change.ended.contains(&pass.session));
    if ended || pass.mode != site.config.stripe.mode {
        return Visitor::Stranger { returning: true };
    }
    let now = desk.clock.now();
    match pass.freshness(now, site.config.lifetimes) {
        Freshness::Fresh => {
            desk.bounces.arrived(&pass.session, pass.issued, now);
            by_pass(site, &pass, change.as_deref())
        }
        Freshness::Void => Visitor::Stranger { returning: true },
        Freshness::Stale { outlasts_outage } => {
            let account =
                desk.store.account_of_session(pass.session.clone(), pass.reader.clone()).await;
            match account {
                Ok(Some(account)) => renewed(site, &pass.session, account, now),
                Ok(None) => Visitor::Stranger { returning: true },
                Err(problem) if outlasts_outage => {
                    tracing::warn!(%problem, "a pass is honoured without the store");
                    by_pass(site, &pass, change.as_deref())
                }
                Err(problem) => {
                    tracing::error!(%problem, "a pass is too old to be honoured without the store");
                    Visitor::Unclear
                }
            }
        }
    }
}

/// What the pass says counts, unless the reader's standing has changed since it was made.
fn by_pass(site: &Site, pass: &Pass, change: Option<&Change>) -> Visitor {
    let standing = match change {
        Some(change) if change.epoch > pass.epoch => site.standing(&change.ledger),
        Some(_) | None => Standing::of_pass(&pass.plans),
    };
    Visitor::Reader(Box::new(KnownReader {
        reader: pass.reader.clone(),
        session: pass.session.clone(),
        standing,
        renewed: None,
    }))
}

fn renewed(site: &Site, session: &SessionId, account: Account, now: Timestamp) -> Visitor {
    let standing = site.standing(&account.ledger);
    let renewed = seal(site, session, &account, &standing, now);
    Visitor::Reader(Box::new(KnownReader {
        reader: account.reader,
        session: session.clone(),
        standing,
        renewed,
    }))
}

/// A pass as a cookie. A reader with more plans than a cookie can hold is told to the owner.
pub(super) fn seal(
    site: &Site,
    session: &SessionId,
    account: &Account,
    standing: &Standing,
    now: Timestamp,
) -> Option<HeaderValue> {
    let pass = Pass {
        reader: account.reader.clone(),
        session: session.clone(),
        epoch: account.epoch,
        mode: site.config.stripe.mode,
        plans: standing.ends(),
        issued: now,
        refresh_at: now.plus(site.config.lifetimes.refresh),
    };
    match site.passes.seal(&pass) {
        Ok(token) => Some(site.passes.set_pass(&token)),
        Err(problem) => {
            tracing::error!(reader = %account.reader, %problem, "cannot make a pass");
            None
        }
    }
}
