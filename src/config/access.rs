//! `[access]`: how long passes last, and what becomes of access when money is late or wanted back.

use std::path::Path;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::faults::Reviewer;
use super::locate::Spot;
use crate::domain::ledger::{Consequence, Pause, Policy};
use crate::domain::pass::Lifetimes;
use crate::places::Places;

const DAY: u64 = 24 * 60 * 60;

/// `[access]`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct AccessFile {
    /// Days of access after a paid period while the news of its renewal may be late. 0 to 14.
    #[schemars(range(min = 0, max = 14), extend("x-example" = "3"))]
    pub(super) late_renewal_days: u16,
    /// Days of access from the start of a period whose payment failed. 0 to 60.
    #[schemars(range(min = 0, max = 60), extend("x-example" = "7"))]
    pub(super) past_due_days: u16,
    /// After a refund of the whole amount: "end" access to what it paid for, or "keep" it.
    #[schemars(extend("x-example" = "\"end\""))]
    pub(super) full_refund: EndFile,
    /// While a dispute is open at the bank: "keep" access, or "suspend" it until it is won. An
    /// inquiry is none yet.
    #[schemars(extend("x-example" = "\"keep\""))]
    pub(super) open_dispute: SuspendFile,
    /// After a dispute that was lost: "end" access to what the payment was for, or "keep" it.
    #[schemars(extend("x-example" = "\"end\""))]
    pub(super) lost_dispute: EndFile,
    /// When the card network warns that a payment is fraud: "log" it, or "suspend" access until
    /// the next payment. (The warning never goes away; `tollhouse grant` gives access back.)
    #[schemars(extend("x-example" = "\"log\""))]
    pub(super) fraud_warning: WarningFile,
    /// While you have paused the collection of payments: "finish" the period that was
    /// paid, "keep" access, or "end" it at once.
    #[schemars(extend("x-example" = "\"finish\""))]
    pub(super) paused_collection: PauseFile,
    /// What was bought once by a customer whom you delete at Stripe: "keep" it, or "end" it.
    #[schemars(extend("x-example" = "\"keep\""))]
    pub(super) deleted_customer: EndFile,
    /// Days until a reader who does not come by must sign in again. 1 to 365.
    #[schemars(range(min = 1, max = 365), extend("x-example" = "180"))]
    pub(super) session_days: u16,
    /// On how many devices a reader is signed in at once. With one more, the one that was not seen
    /// for the longest time is signed out. 1 to 1000.
    #[schemars(range(min = 1, max = 1000), extend("x-example" = "5"))]
    pub(super) devices: u16,
    /// An .mmdb file that knows rough places of addresses, such as GeoLite2-City.mmdb or
    /// dbip-city-lite.mmdb: readers are then told where a device was signed in. Nobody is asked,
    /// and no address is kept.
    #[schemars(extend("x-example" = "\"GeoLite2-City.mmdb\""))]
    pub(super) places: Option<String>,
    /// Minutes until a pass is looked up again. 1 to 60.
    #[schemars(range(min = 1, max = 60), extend("x-example" = "10"))]
    pub(super) refresh_minutes: u16,
    /// Hours for which a pass is honoured while it cannot be looked up. 1 to 168.
    #[schemars(range(min = 1, max = 168), extend("x-example" = "24"))]
    pub(super) outage_hours: u16,
}

impl Default for AccessFile {
    fn default() -> Self {
        Self {
            late_renewal_days: 3,
            past_due_days: 7,
            full_refund: EndFile::End,
            open_dispute: SuspendFile::Keep,
            lost_dispute: EndFile::End,
            fraud_warning: WarningFile::Log,
            paused_collection: PauseFile::Finish,
            deleted_customer: EndFile::Keep,
            session_days: 180,
            devices: 5,
            places: None,
            refresh_minutes: 10,
            outage_hours: 24,
        }
    }
}

/// What becomes of access, for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum EndFile {
    End,
    Keep,
}

/// What becomes of access, for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum SuspendFile {
    Keep,
    Suspend,
}

/// What comes of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum WarningFile {
    Log,
    Suspend,
}

/// What a pause does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum PauseFile {
    Finish,
    Keep,
    End,
}

/// What the owner decided about money.
pub(super) fn policy(access: &AccessFile) -> Policy {
    let days = |days: u16| Duration::from_secs(u64::from(days) * DAY);
    let ends = |choice| match choice {
        EndFile::End => Consequence::Ends,
        EndFile::Keep => Consequence::Keeps,
    };
    Policy {
        late_renewal: days(access.late_renewal_days),
        past_due: days(access.past_due_days),
        full_refund: ends(access.full_refund),
        open_dispute: match access.open_dispute {
            SuspendFile::Suspend => Consequence::Ends,
            SuspendFile::Keep => Consequence::Keeps,
        },
        lost_dispute: ends(access.lost_dispute),
        fraud_warning: match access.fraud_warning {
            WarningFile::Suspend => Consequence::Ends,
            WarningFile::Log => Consequence::Keeps,
        },
        paused_collection: match access.paused_collection {
            PauseFile::Finish => Pause::EndsWithPeriod,
            PauseFile::Keep => Pause::Keeps,
            PauseFile::End => Pause::EndsNow,
        },
        deleted_customer: ends(access.deleted_customer),
    }
}

/// The places that the owner has, if he wants readers to be shown them.
pub(super) fn places(
    access: &AccessFile,
    folder: &Path,
    reviewer: &mut Reviewer<'_>,
) -> Option<Places> {
    let path = folder.join(access.places.as_ref()?);
    Places::read(&path)
        .map_err(|problem| {
            let message = format!("{} cannot be used: {problem}", path.display());
            let help =
                "a file such as GeoLite2-City.mmdb; relative paths start at this file's folder";
            reviewer.value(&Spot::top("access").key("places"), message, help);
        })
        .ok()
}

/// How long passes and sessions last.
pub(super) fn lifetimes(access: &AccessFile) -> Lifetimes {
    Lifetimes {
        refresh: Duration::from_secs(u64::from(access.refresh_minutes) * 60),
        session: Duration::from_secs(u64::from(access.session_days) * DAY),
        outage: Duration::from_secs(u64::from(access.outage_hours) * 60 * 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_says_nothing_gets_the_safe_defaults() {
        assert_eq!(policy(&AccessFile::default()), Policy::default());
    }

    #[test]
    fn each_choice_is_taken_as_it_is_written() {
        let of = |text: &str| policy(&toml::from_str::<AccessFile>(text).expect("settings"));
        let usual = Policy::default();
        let rows = [
            ("full_refund = 'keep'", Policy { full_refund: Consequence::Keeps, ..usual }),
            ("open_dispute = 'suspend'", Policy { open_dispute: Consequence::Ends, ..usual }),
            ("lost_dispute = 'keep'", Policy { lost_dispute: Consequence::Keeps, ..usual }),
            ("fraud_warning = 'suspend'", Policy { fraud_warning: Consequence::Ends, ..usual }),
            ("paused_collection = 'keep'", Policy { paused_collection: Pause::Keeps, ..usual }),
            ("paused_collection = 'end'", Policy { paused_collection: Pause::EndsNow, ..usual }),
            ("deleted_customer = 'end'", Policy { deleted_customer: Consequence::Ends, ..usual }),
        ];
        for (text, expected) in rows {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}
