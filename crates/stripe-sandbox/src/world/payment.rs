//! Taking money: payment intents and their charges.

use super::World;
use crate::cards::{Behaviour, Decline, GENERIC_DECLINE};
use crate::object::charge::{Charge, ChargeResult};
use crate::object::payment_intent::{IntentStatus, PaymentIntent};
use crate::object::payment_method::{Means, PaymentMethod};
use crate::object::{Metadata, Object};

/// What a payment is for.
pub(crate) struct Purpose {
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) customer: Option<String>,
    pub(crate) metadata: Metadata,
    pub(crate) description: Option<String>,
}

impl World {
    /// A means of payment, attached to the customer if there is one.
    pub(crate) fn add_payment_method(
        &mut self,
        means: Means,
        email: &str,
        customer: Option<&str>,
    ) -> String {
        let method = PaymentMethod {
            id: self.ids.long("pm"),
            created: self.now(),
            customer: customer.map(str::to_owned),
            email: email.to_owned(),
            means,
        };
        let (id, snapshot) = (method.id.clone(), method.render(self));
        self.payment_methods.insert(method);
        if customer.is_some() {
            self.emit("payment_method.attached", snapshot);
        }
        id
    }

    /// A payment that nobody has tried yet.
    pub(crate) fn create_intent(&mut self, purpose: Purpose) -> String {
        let intent = PaymentIntent {
            id: self.ids.long("pi").replacen("pi_1", "pi_3", 1),
            created: self.now(),
            amount: purpose.amount,
            currency: purpose.currency,
            customer: purpose.customer,
            payment_method: None,
            latest_charge: None,
            metadata: purpose.metadata,
            description: purpose.description,
            status: IntentStatus::RequiresPaymentMethod { last: None },
        };
        let (id, snapshot) = (intent.id.clone(), intent.render(self));
        self.payment_intents.insert(intent);
        self.emit("payment_intent.created", snapshot);
        id
    }

    /// What a first charge of this means of payment comes to.
    pub(crate) fn first_charge(means: &Means) -> ChargeResult {
        match means {
            Means::BankDebit => ChargeResult::Pending,
            Means::Card(card) => match card.behaviour {
                Behaviour::Pays | Behaviour::AsksFor3dSecure | Behaviour::FailsAtRenewal => {
                    ChargeResult::Succeeded
                }
                Behaviour::Declines(decline) => ChargeResult::Failed(decline),
            },
        }
    }

    /// What a later charge comes to, with nobody there. Bank debits are taken as paid at once.
    pub(crate) fn later_charge(means: &Means) -> ChargeResult {
        match means {
            Means::BankDebit => ChargeResult::Succeeded,
            Means::Card(card) => match card.behaviour {
                Behaviour::Pays | Behaviour::AsksFor3dSecure => ChargeResult::Succeeded,
                Behaviour::FailsAtRenewal => ChargeResult::Failed(GENERIC_DECLINE),
                Behaviour::Declines(decline) => ChargeResult::Failed(decline),
            },
        }
    }

    /// Tries to take the money; the events say what came of it.
    pub(crate) fn charge(&mut self, intent_id: &str, method_id: &str, result: ChargeResult) {
        let charge_id = self.ids.long("ch").replacen("ch_1", "ch_3", 1);
        let created = self.now();
        let intent = self.payment_intents.known_mut(intent_id);
        intent.payment_method = Some(method_id.to_owned());
        intent.latest_charge = Some(charge_id.clone());
        let charge = Charge {
            id: charge_id.clone(),
            created,
            amount: intent.amount,
            currency: intent.currency.clone(),
            customer: intent.customer.clone(),
            payment_intent: intent.id.clone(),
            payment_method: method_id.to_owned(),
            metadata: intent.metadata.clone(),
            description: intent.description.clone(),
            result,
        };
        self.charges.insert(charge);
        self.conclude(&charge_id, result);
    }

    /// What became of a charge, also of one that was pending.
    pub(crate) fn conclude(&mut self, charge_id: &str, result: ChargeResult) {
        let charge = self.charges.known_mut(charge_id);
        charge.result = result;
        let intent_id = charge.payment_intent.clone();
        let (charge_event, status, intent_event) = match result {
            ChargeResult::Succeeded => {
                ("charge.succeeded", IntentStatus::Succeeded, "payment_intent.succeeded")
            }
            ChargeResult::Pending => {
                ("charge.pending", IntentStatus::Processing, "payment_intent.processing")
            }
            ChargeResult::Failed(decline) => {
                let status = IntentStatus::RequiresPaymentMethod { last: Some(decline) };
                ("charge.failed", status, "payment_intent.payment_failed")
            }
        };
        let snapshot = self.charges.known(charge_id).render(self);
        self.emit(charge_event, snapshot);
        self.payment_intents.known_mut(&intent_id).status = status;
        self.emit_intent(intent_event, &intent_id);
        if result == ChargeResult::Succeeded {
            self.expect_aftermath(charge_id);
        }
    }

    /// The customer must talk to the bank first.
    pub(crate) fn require_action(&mut self, intent_id: &str) {
        self.payment_intents.known_mut(intent_id).status = IntentStatus::RequiresAction;
        self.emit_intent("payment_intent.requires_action", intent_id);
    }

    /// The bank says that it was not the customer.
    pub(crate) fn fail_authentication(&mut self, intent_id: &str, decline: Decline) {
        self.payment_intents.known_mut(intent_id).status =
            IntentStatus::RequiresPaymentMethod { last: Some(decline) };
        self.emit_intent("payment_intent.payment_failed", intent_id);
    }

    /// Nobody will try to pay any more.
    pub(crate) fn cancel_intent(&mut self, intent_id: &str) {
        self.payment_intents.known_mut(intent_id).status =
            IntentStatus::Canceled { at: self.clock.now() };
        self.emit_intent("payment_intent.canceled", intent_id);
    }

    fn emit_intent(&mut self, kind: &str, intent_id: &str) {
        let snapshot = self.payment_intents.known(intent_id).render(self);
        self.emit(kind, snapshot);
    }
}
