//! Everything that is said to Stripe and heard from it: calls, and webhooks.
//!
//! - `client` who asks, page after page; and the small calls
//! - `wire` how a call is made; `patience` how long and how often it is tried, `pace` how many go
//!   off a second and who goes first, `circuit` when Stripe is not asked at all, `connections`
//!   what a call goes over
//! - `portal` opens the Customer Portal; `cancel` ends a subscription before its time
//! - `order` what is to be sold; `checkout` opens, reads and ends Checkout sessions
//! - `snapshot` all that a customer ever bought, as the ledger counts it
//! - `claims` who wants money back; `wanted_back` whose it was lately, of all customers; `owed`
//!   what was not paid; `invoices` what was bought once without a checkout
//! - `owner` whose an object is, where an event does not say
//! - `lists` everything that was sold; `events` what Stripe could not deliver
//! - `signature`, `envelope` verify and read a webhook; whatever it carries is only a hint

mod cancel;
mod checkout;
mod circuit;
mod claims;
mod client;
mod connections;
mod envelope;
mod error;
mod events;
#[cfg(test)]
mod fixtures;
mod invoices;
mod lenient;
mod lists;
mod locale;
mod order;
mod owed;
mod owner;
mod pace;
mod patience;
mod portal;
mod signature;
mod snapshot;
#[cfg(test)]
mod stub;
mod wanted_back;
mod wire;

use crate::domain::secret::Secret;
use crate::domain::time::Timestamp;

pub use checkout::{Checkout, CheckoutState, Expiry, OpenCheckout, Payment};
pub use client::{PriceFacts, Stripe};
pub use envelope::{EventError, Hint, Hinted, Whose, read};
pub use error::StripeError;
pub use lists::Trace;
pub use order::{Buyer, Order};
pub use portal::PortalPage;
pub use signature::{MAX_AGE, SignatureError, verify};
pub use snapshot::{Interest, Snapshot};

/// Takes in a webhook: first the signature over the bytes as they came, then what they say.
pub fn receive(
    body: &[u8],
    header: &str,
    secrets: &[Secret<String>],
    now: Timestamp,
) -> Result<Hint, EventError> {
    verify(body, header, secrets, now)?;
    read(body)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{CustomerId, Subject};

    #[test]
    fn a_body_is_not_read_before_its_signature_is_right() {
        let secrets = [Secret::new("whsec_test".to_owned())];
        let now = Timestamp::from_unix(1_700_000_000);
        let verdict = receive(b"{", "t=1700000000,v1=00", &secrets, now);
        assert!(matches!(verdict, Err(EventError::Signature(_))), "{verdict:?}");
    }

    #[test]
    fn a_signed_event_is_a_hint() {
        let body = b"{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"customer.updated\",\
            \"livemode\":false,\"created\":1700000000,\
            \"data\":{\"object\":{\"object\":\"customer\",\"id\":\"cus_1\"}}}";
        let header = "t=1700000000,\
            v1=27d186a2ce617254bc89257df4eeefa5468ba0060771f22332653785c6aa7d6a";
        let secrets = [Secret::new("whsec_test".to_owned())];
        let now = Timestamp::from_unix(1_700_000_000);
        let hint = receive(body, header, &secrets, now).expect("a hint");
        let customer = CustomerId::parse("cus_1").expect("an id");
        assert_eq!(hint.whose, Whose::Subject(Subject::Customer(customer)));
    }
}
