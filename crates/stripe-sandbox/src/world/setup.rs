//! Keeping a means of payment for later, without taking money.

use super::World;
use super::collect::Presence;
use crate::cards::{AUTHENTICATION_REQUIRED, Behaviour, Decline, NOT_AUTHENTICATED};
use crate::object::Object;
use crate::object::charge::ChargeResult;
use crate::object::payment_method::Means;
use crate::object::setup_intent::{SetupIntent, SetupStatus};

impl World {
    /// Gives it an id; the answer is the id.
    pub(crate) fn add_setup_intent(&mut self, intent: SetupIntent) -> String {
        let id = self.ids.long("seti");
        let created = self.now();
        self.setup_intents.insert(SetupIntent { id: id.clone(), created, ..intent });
        self.emit_setup("setup_intent.created", &id);
        id
    }

    /// Tries to keep the means of payment that it names. What comes of it is told by the events
    /// and by the intent; the decline is for the caller.
    pub(crate) fn confirm_setup(&mut self, id: &str, presence: Presence) -> Result<(), Decline> {
        let Some(method) = self.setup_intents.known(id).payment_method.clone() else {
            return Ok(());
        };
        let means = self.payment_methods.known(&method).means.clone();
        let asks =
            matches!(&means, Means::Card(card) if card.behaviour == Behaviour::AsksFor3dSecure);
        let refusal = match (asks, World::first_charge(&means)) {
            (true, _) if presence == Presence::Absent => AUTHENTICATION_REQUIRED,
            (true, _) => {
                self.setup_intents.known_mut(id).status = SetupStatus::RequiresAction;
                self.emit_setup("setup_intent.requires_action", id);
                return Ok(());
            }
            (false, ChargeResult::Failed(decline)) => decline,
            (false, ChargeResult::Succeeded | ChargeResult::Pending) => {
                self.complete_setup(id, &method);
                return Ok(());
            }
        };
        self.fail_setup(id, refusal);
        Err(refusal)
    }

    /// The customer pressed "Complete" or "Fail" on the bank's page. `false`: no bank waits for him.
    pub(crate) fn answer_bank_about_setup(&mut self, id: &str, complete: bool) -> bool {
        let asked = self.setup_intents.get(id);
        let asked = asked.filter(|intent| intent.status == SetupStatus::RequiresAction);
        let Some(method) = asked.and_then(|intent| intent.payment_method.clone()) else {
            return false;
        };
        if complete {
            self.complete_setup(id, &method);
        } else {
            self.fail_setup(id, NOT_AUTHENTICATED);
        }
        true
    }

    pub(crate) fn cancel_setup(&mut self, id: &str, reason: Option<&'static str>) {
        self.setup_intents.known_mut(id).status = SetupStatus::Canceled { reason };
        self.emit_setup("setup_intent.canceled", id);
    }

    fn complete_setup(&mut self, id: &str, method: &str) {
        let customer = self.setup_intents.known(id).customer.clone();
        let kept = self.payment_methods.known(method).customer.is_some();
        if let Some(customer) = customer.filter(|_| !kept) {
            self.attach(method, &customer);
        }
        self.setup_intents.known_mut(id).status = SetupStatus::Succeeded;
        self.emit_setup("setup_intent.succeeded", id);
    }

    fn fail_setup(&mut self, id: &str, decline: Decline) {
        self.setup_intents.known_mut(id).status =
            SetupStatus::RequiresPaymentMethod { last: Some(decline) };
        self.emit_setup("setup_intent.setup_failed", id);
    }

    fn emit_setup(&mut self, kind: &str, id: &str) {
        let snapshot = self.setup_intents.known(id).render(self);
        self.emit(kind, snapshot);
    }
}
