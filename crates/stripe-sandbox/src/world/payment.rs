//! Taking money: payment intents and their charges.

use serde_json::json;

use super::collect::Presence;
use super::{World, changed};
use crate::cards::{
    AUTHENTICATION_REQUIRED, Behaviour, Decline, GENERIC_DECLINE, NOT_AUTHENTICATED,
};
use crate::object::charge::{Charge, ChargeResult};
use crate::object::payment_intent::{IntentStatus, PaymentIntent, Terms};
use crate::object::payment_method::{BankOutcome, BillingDetails, Means, PaymentMethod};
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
        let payer = BillingDetails { email: Some(email.to_owned()), ..BillingDetails::default() };
        let id = self.create_method(means, payer, Metadata::new());
        if let Some(customer) = customer {
            self.attach(&id, customer);
        }
        id
    }

    /// A means of payment that nobody owns yet.
    pub(crate) fn create_method(
        &mut self,
        means: Means,
        payer: BillingDetails,
        metadata: Metadata,
    ) -> String {
        let id = self.ids.long("pm");
        let created = self.now();
        let method = PaymentMethod {
            id: id.clone(),
            created,
            customer: None,
            detached: false,
            payer,
            means,
            metadata,
        };
        self.payment_methods.insert(method);
        id
    }

    /// Keeps it for the customer's later payments.
    pub(crate) fn attach(&mut self, method_id: &str, customer: &str) {
        self.payment_methods.known_mut(method_id).customer = Some(customer.to_owned());
        let snapshot = self.payment_methods.known(method_id).render(self);
        self.emit("payment_method.attached", snapshot);
    }

    /// Takes it from its customer, for good: nothing is paid with it any more.
    pub(crate) fn detach(&mut self, method_id: &str) {
        let before = self.payment_methods.known(method_id).customer.clone();
        let method = self.payment_methods.known_mut(method_id);
        method.customer = None;
        method.detached = true;
        let snapshot = self.payment_methods.known(method_id).render(self);
        let previous = json!({ "customer": before });
        self.emit_change("payment_method.detached", snapshot, Some(previous));
        if let Some(customer) = before {
            self.forget_default(&customer, method_id);
        }
    }

    fn forget_default(&mut self, customer_id: &str, method_id: &str) {
        let is_it = |method: &Option<String>| method.as_deref() == Some(method_id);
        let paid_with_it = self.subscriptions.iter().filter(|it| {
            it.customer == customer_id && it.is_live() && is_it(&it.default_payment_method)
        });
        let subscriptions: Vec<String> = paid_with_it.map(|it| it.id.clone()).collect();
        for id in subscriptions {
            self.alter(&id, |subscription| subscription.default_payment_method = None);
        }
        let Some(customer) = self.customers.get(customer_id) else { return };
        if is_it(&customer.default_payment_method) {
            let before = customer.render_whole();
            let customer = self.customers.known_mut(customer_id);
            customer.default_payment_method = None;
            let after = customer.render_whole();
            self.emit_change("customer.updated", after.clone(), Some(changed(&before, &after)));
        }
    }

    /// A payment that nobody has tried yet, with what the caller asks for besides the money.
    pub(crate) fn create_intent(&mut self, purpose: Purpose, terms: Terms) -> String {
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
            terms,
            status: IntentStatus::RequiresPaymentMethod { last: None },
            return_url: None,
        };
        let (id, snapshot) = (intent.id.clone(), intent.render(self));
        self.payment_intents.insert(intent);
        self.emit("payment_intent.created", snapshot);
        id
    }

    /// What a first charge of this means of payment comes to.
    pub(crate) fn first_charge(means: &Means) -> ChargeResult {
        match means {
            Means::BankDebit(_) => ChargeResult::Pending,
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
            Means::BankDebit(account) if account.outcome == BankOutcome::Fails => {
                ChargeResult::Failed(GENERIC_DECLINE)
            }
            Means::BankDebit(_) => ChargeResult::Succeeded,
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
        match result {
            ChargeResult::Succeeded => self.expect_aftermath(charge_id),
            ChargeResult::Pending => self.expect_settlement(charge_id),
            ChargeResult::Failed(_) => {}
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

    /// The customer pressed "Complete" or "Fail" on the bank's page; the invoice that the payment
    /// is for, if there is one, follows. `false`: no bank waits for him.
    pub(crate) fn answer_bank(&mut self, intent_id: &str, complete: bool) -> bool {
        let asked = self.payment_intents.get(intent_id);
        let asked = asked.filter(|intent| intent.status == IntentStatus::RequiresAction);
        let Some(method) = asked.and_then(|intent| intent.payment_method.clone()) else {
            return false;
        };
        if complete {
            self.charge(intent_id, &method, ChargeResult::Succeeded);
            self.keep_method(intent_id, &method);
        } else {
            self.fail_authentication(intent_id, NOT_AUTHENTICATED);
        }
        self.follow_intent(intent_id);
        true
    }

    /// Nobody will try to pay any more.
    pub(crate) fn cancel_intent(&mut self, intent_id: &str) {
        self.cancel_intent_because(intent_id, Some("abandoned"));
    }

    /// The same, for a reason that the owner gives, or for none.
    pub(crate) fn cancel_intent_because(&mut self, intent_id: &str, reason: Option<&'static str>) {
        let at = self.now();
        self.payment_intents.known_mut(intent_id).status = IntentStatus::Canceled { at, reason };
        self.emit_intent("payment_intent.canceled", intent_id);
    }

    /// Tries to take the money of an intent with this means of payment. What comes of it is told
    /// by the events, by the intent and by the invoice that it is for; the decline is for the caller.
    pub(crate) fn confirm_intent(
        &mut self,
        intent_id: &str,
        method_id: &str,
        presence: Presence,
    ) -> Result<(), Decline> {
        let result = self.try_intent(intent_id, method_id, presence);
        self.follow_intent(intent_id);
        result
    }

    fn try_intent(
        &mut self,
        intent_id: &str,
        method_id: &str,
        presence: Presence,
    ) -> Result<(), Decline> {
        let method = self.payment_methods.known(method_id);
        let (means, kept) = (method.means.clone(), method.customer.is_some());
        if let Means::Card(card) = &means
            && card.behaviour == Behaviour::AsksFor3dSecure
        {
            if presence != Presence::Absent {
                self.payment_intents.known_mut(intent_id).payment_method =
                    Some(method_id.to_owned());
                self.require_action(intent_id);
                return Ok(());
            }
            self.charge(intent_id, method_id, ChargeResult::Failed(AUTHENTICATION_REQUIRED));
            return Err(AUTHENTICATION_REQUIRED);
        }
        // A card that was kept before pays like at a renewal; a debit is under way for days.
        let result = match &means {
            Means::Card(_) if kept => World::later_charge(&means),
            Means::Card(_) | Means::BankDebit(_) => World::first_charge(&means),
        };
        self.charge(intent_id, method_id, result);
        if let ChargeResult::Failed(decline) = result {
            return Err(decline);
        }
        self.keep_method(intent_id, method_id);
        Ok(())
    }

    /// Attaches what pays to the intent's customer, if the intent says that it will be used again.
    pub(crate) fn keep_method(&mut self, intent_id: &str, method_id: &str) {
        let intent = self.payment_intents.known(intent_id);
        let wanted = intent.terms.setup_future_usage.is_some();
        let kept = self.payment_methods.known(method_id).customer.is_some();
        if let Some(customer) = intent.customer.clone().filter(|_| wanted && !kept) {
            self.attach(method_id, &customer);
        }
    }

    pub(crate) fn emit_intent(&mut self, kind: &str, intent_id: &str) {
        let snapshot = self.payment_intents.known(intent_id).render(self);
        self.emit(kind, snapshot);
    }
}
