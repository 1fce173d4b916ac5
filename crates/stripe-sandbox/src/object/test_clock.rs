//! Test clocks: customers that are made with one live by it.

use serde_json::{Value, json};

use super::Object;
use crate::calendar::DAY_SECONDS;
use crate::world::World;

/// How long a clock lasts: <docs.stripe.com/billing/testing/test-clocks>
const LIFETIME_SECONDS: i64 = 30 * DAY_SECONDS;

/// A time of its own.
#[derive(Clone, Debug)]
pub(crate) struct TestClock {
    pub(crate) id: String,
    pub(crate) created: i64,
    pub(crate) name: Option<String>,
    pub(crate) frozen_time: i64,
    /// Where it is going; it arrives as soon as the call is answered that sent it.
    pub(crate) advancing_to: Option<i64>,
    pub(crate) deleted: bool,
}

impl Object for TestClock {
    const KIND: &'static str = "test_helpers.test_clock";

    fn id(&self) -> &str {
        &self.id
    }

    fn render(&self, _: &World) -> Value {
        if self.deleted {
            return json!({ "id": self.id, "object": "test_helpers.test_clock", "deleted": true });
        }
        let (status, details) = match self.advancing_to {
            None => ("ready", json!({})),
            Some(target) => ("advancing", json!({ "advancing": { "target_frozen_time": target } })),
        };
        json!({
            "id": self.id, "object": "test_helpers.test_clock", "created": self.created,
            "deletes_after": self.created + LIFETIME_SECONDS, "frozen_time": self.frozen_time, "livemode": false,
            "name": self.name, "status": status, "status_details": details,
        })
    }
}
