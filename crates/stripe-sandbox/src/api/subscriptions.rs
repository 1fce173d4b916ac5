//! `/v1/subscriptions`

use serde_json::Value;

use super::customers;
use super::error::ApiError;
use super::list::page;
use super::params::{Accepts, boolean, choice, merge_metadata, merge_text, metadata};
use super::retrieve::existing;
use super::subscription_order::{self as order, PauseChange};
use super::within::within;
use crate::form::Form;
use crate::object::Object;
use crate::object::subscription::{
    Cancellation, Period, Status, Subscription, SubscriptionItem, Terms,
};
use crate::world::{Outcome, Presence, Proration, World};

pub(crate) const CREATE: Accepts = Accepts {
    required: &["customer", "items"],
    optional: &[
        "cancel_at",
        "cancel_at_period_end",
        "collection_method",
        "currency",
        "default_payment_method",
        "description",
        "items.*.price",
        "items.*.quantity",
        "metadata",
        "metadata.*",
        "off_session",
        "payment_behavior",
        "proration_behavior",
        "trial_end",
        "trial_period_days",
        "trial_settings.end_behavior.missing_payment_method",
    ],
    not_in_sandbox: &[
        "add_invoice_items.**",
        "application_fee_percent",
        "automatic_tax.**",
        "backdate_start_date",
        "billing_cycle_anchor",
        "billing_cycle_anchor_config.**",
        "billing_mode.**",
        "billing_schedules.**",
        "billing_thresholds.**",
        "customer_account",
        "days_until_due",
        "default_source",
        "default_tax_rates.**",
        "discounts.**",
        "invoice_settings.**",
        "items.*.**",
        "on_behalf_of",
        "payment_settings.**",
        "pending_invoice_item_interval.**",
        "transfer_data.**",
        "trial_from_plan",
        "trial_settings.**",
    ],
};
pub(crate) const UPDATE: Accepts = Accepts {
    required: &[],
    optional: &[
        "cancel_at",
        "cancel_at_period_end",
        "cancellation_details.comment",
        "cancellation_details.feedback",
        "collection_method",
        "default_payment_method",
        "description",
        "items.*.deleted",
        "items.*.id",
        "items.*.price",
        "items.*.quantity",
        "metadata",
        "metadata.*",
        "off_session",
        "pause_collection",
        "pause_collection.behavior",
        "pause_collection.resumes_at",
        "payment_behavior",
        "proration_behavior",
        "trial_end",
        "trial_settings.end_behavior.missing_payment_method",
    ],
    not_in_sandbox: &[
        "add_invoice_items.**",
        "application_fee_percent",
        "automatic_tax.**",
        "billing_cycle_anchor",
        "billing_schedules.**",
        "billing_thresholds.**",
        "cancellation_details.feedback_option",
        "days_until_due",
        "default_source",
        "default_tax_rates.**",
        "discounts.**",
        "invoice_settings.**",
        "items.*.**",
        "on_behalf_of",
        "payment_settings.**",
        "pending_invoice_item_interval.**",
        "proration_date",
        "transfer_data.**",
        "trial_from_plan",
        "trial_settings.**",
    ],
};
pub(crate) const CANCEL: Accepts = Accepts {
    required: &[],
    optional: &[
        "cancellation_details.comment",
        "cancellation_details.feedback",
        "invoice_now",
        "prorate",
    ],
    not_in_sandbox: &["cancellation_details.feedback_option"],
};
pub(crate) const RESUME: Accepts = Accepts {
    required: &[],
    optional: &["billing_cycle_anchor", "proration_behavior"],
    not_in_sandbox: &["payment_behavior", "proration_date"],
};
pub(crate) const LIST: Accepts = Accepts {
    required: &[],
    optional: &[
        "created",
        "created.*",
        "current_period_end",
        "current_period_end.*",
        "current_period_start",
        "current_period_start.*",
        "customer",
        "price",
        "status",
        "test_clock",
    ],
    not_in_sandbox: &["automatic_tax.**", "collection_method", "customer_account", "plan"],
};
const STATUSES: [&str; 10] = [
    "active",
    "all",
    "canceled",
    "ended",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "paused",
    "trialing",
    "unpaid",
];

/// Without `status`, those that are not canceled.
pub(crate) fn list(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    let status = choice(form, "status", &STATUSES)?;
    let created = within(form, "created")?;
    let begun = within(form, "current_period_start")?;
    let ending = within(form, "current_period_end")?;
    // What lives by a test clock is not shown, unless it or the customer is asked for.
    let (customer, clock) = (form.text("customer"), form.text("test_clock"));
    let on_clock = |it: &Subscription| {
        (customer.is_some() && clock.is_none()) || world.clock_of(&it.customer).as_deref() == clock
    };
    let wanted = |it: &&Subscription| {
        let fits = match status {
            None => it.status.name() != "canceled",
            Some("all") => true,
            Some("ended") => !it.is_live(),
            Some(status) => it.status.name() == status,
        };
        fits && customer.is_none_or(|customer| it.customer == customer)
            && on_clock(it)
            && created.contains(&it.created)
            && begun.contains(&it.period.start)
            && ending.contains(&it.period.end)
            && form
                .text("price")
                .is_none_or(|price| it.items.iter().any(|item| item.price == price))
    };
    page(world, form, "/v1/subscriptions", world.subscriptions.iter().filter(wanted))
}

/// How a subscription is made whose first payment may not come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FirstPayment {
    /// Not tried: the customer pays on the owner's page.
    Later,
    Tried,
    /// No subscription without it.
    Needed,
}

pub(crate) fn create(world: &mut World, form: &Form, _: &str) -> Result<Value, ApiError> {
    check_collection(form)?;
    let customer = customers::named(world, form.required("customer"))?;
    let first_payment = match payment_behavior(form)? {
        Some("default_incomplete") => FirstPayment::Later,
        Some("error_if_incomplete") => FirstPayment::Needed,
        Some(_) | None => FirstPayment::Tried,
    };
    let subscription = ordered(world, form, customer)?;
    let due = if subscription.trial.is_some() { 0 } else { subscription.cost(world) };
    if due > 0 && first_payment != FirstPayment::Later {
        let method = world.method_of(&subscription);
        let outcome = world.foresee(method.as_deref(), Presence::Buying);
        refuse_unpayable(outcome, first_payment)?;
    }
    let id = subscription.id.clone();
    let invoice = world.open_subscription(subscription);
    match first_payment {
        FirstPayment::Later if due > 0 => {
            world.intent_of(&invoice);
        }
        FirstPayment::Later | FirstPayment::Tried | FirstPayment::Needed => {
            world.pay_first_invoice(&invoice);
        }
    }
    Ok(world.subscriptions.known(&id).render(world))
}

fn refuse_unpayable(outcome: Outcome, first_payment: FirstPayment) -> Result<(), ApiError> {
    match outcome {
        Outcome::NothingToCharge => {
            let message = "This customer has no attached payment source or default payment method. Please consider \
                 adding a default payment method. For more information, visit \
                 https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.";
            Err(ApiError::invalid(message).code("resource_missing"))
        }
        Outcome::Declined(decline) if first_payment == FirstPayment::Needed => {
            Err(super::invoices::declined(decline))
        }
        Outcome::NeedsCustomer if first_payment == FirstPayment::Needed => {
            Err(super::invoices::needs_customer("subscription_payment_intent_requires_action"))
        }
        Outcome::Paid | Outcome::Declined(_) | Outcome::NeedsCustomer => Ok(()),
    }
}

fn ordered(world: &mut World, form: &Form, customer: String) -> Result<Subscription, ApiError> {
    let now = world.now();
    let method = order::payment_method(world, form, "default_payment_method", &customer)?;
    let trial: Option<Period> = order::trial(form, now)?;
    let without_card = order::without_card(form)?.unwrap_or_default();
    let (items, recurring) = order::new_items(world, form)?;
    let currency = world.price(&items[0].price).currency.clone();
    if form.text("currency").is_some_and(|asked| !asked.eq_ignore_ascii_case(&currency)) {
        let message = "The `currency` must be the one of the prices.";
        return Err(ApiError::invalid(message).at("currency"));
    }
    let period = order::first_period(trial, recurring, now);
    let cancellation = order::cancellation(form, now, period.end)?.unwrap_or(Cancellation::None);
    Ok(Subscription {
        id: world.ids.long("sub"),
        created: now,
        customer,
        currency,
        items,
        recurring,
        status: if trial.is_some() { Status::Trialing } else { Status::Incomplete },
        anchor: trial.map_or(now, |trial| trial.end),
        period,
        trial,
        cancellation,
        metadata: metadata(form, "metadata"),
        description: form.text("description").map(str::to_owned),
        discount: None,
        latest_invoice: None,
        default_payment_method: method,
        terms: Terms { without_card, ..Terms::default() },
    })
}

pub(crate) fn update(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let present = existing(&world.subscriptions, id)?.clone();
    if !present.is_live() {
        return update_ended(world, form, id);
    }
    check_collection(form)?;
    if payment_behavior(form)?.is_some_and(|word| word != "allow_incomplete") {
        return Err(ApiError::not_in_sandbox("payment_behavior (of an update)"));
    }
    let now = world.now();
    let method = order::payment_method(world, form, "default_payment_method", &present.customer)?;
    let cancellation = order::cancellation(form, now, present.period.end)?;
    let pause = order::pause(form, now)?;
    let without_card = order::without_card(form)?;
    let trial_end = order::trial_end(form, now)?;
    let feedback = order::feedback(form)?;
    let proration = proration(form)?;
    let items: Option<(Vec<SubscriptionItem>, _)> =
        order::changed_items(world, form, &present.items)?;
    world.alter(id, |subscription| {
        merge_text(&mut subscription.description, form, "description");
        merge_metadata(&mut subscription.metadata, form, "metadata");
        say_why(&mut subscription.terms, form, feedback);
        let terms = &mut subscription.terms;
        match pause {
            PauseChange::Keep => {}
            PauseChange::Lift => terms.pause = None,
            PauseChange::Set(pause) => terms.pause = Some(pause),
        }
        terms.without_card = without_card.unwrap_or(terms.without_card);
        subscription.cancellation = cancellation.unwrap_or(subscription.cancellation);
        if let Some(method) = method {
            subscription.default_payment_method = Some(method);
        }
    });
    if let Some((items, recurring)) = items {
        world.change_items(id, items, recurring, proration);
    }
    if let Some(end) = trial_end {
        world.set_trial_end(id, end);
    }
    Ok(world.subscriptions.known(id).render(world))
}

/// Nothing but the notes on it.
fn update_ended(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let allowed = |path: &[String]| {
        ["cancellation_details", "metadata", "expand"].contains(&path[0].as_str())
    };
    if !form.fields().iter().all(|(path, _)| allowed(path)) {
        let message =
            "A canceled subscription can only update its cancellation_details and metadata.";
        return Err(ApiError::invalid(message));
    }
    let feedback = order::feedback(form)?;
    world.alter(id, |subscription| {
        merge_metadata(&mut subscription.metadata, form, "metadata");
        say_why(&mut subscription.terms, form, feedback);
    });
    Ok(world.subscriptions.known(id).render(world))
}

/// `DELETE`
pub(crate) fn cancel(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    if !existing(&world.subscriptions, id)?.is_live() {
        return Err(ApiError::not_found(Subscription::KIND, id));
    }
    for name in ["invoice_now", "prorate"] {
        if boolean(form, name)? == Some(true) {
            return Err(ApiError::not_in_sandbox(&format!("{name}=true")));
        }
    }
    let feedback = order::feedback(form)?;
    say_why(&mut world.subscriptions.known_mut(id).terms, form, feedback);
    world.end_subscription(id);
    Ok(world.subscriptions.known(id).render(world))
}

/// Begins a paused subscription anew: at once, if the invoice for it is paid.
pub(crate) fn resume(world: &mut World, form: &Form, id: &str) -> Result<Value, ApiError> {
    let status = existing(&world.subscriptions, id)?.status;
    if choice(form, "billing_cycle_anchor", &["now", "unchanged"])? == Some("unchanged") {
        return Err(ApiError::not_in_sandbox("billing_cycle_anchor=unchanged"));
    }
    proration(form)?;
    if status != Status::Paused {
        let message = "Only paused subscriptions can be resumed. To take back a cancellation, update the \
             subscription with `cancel_at_period_end=false`.";
        return Err(ApiError::invalid(message));
    }
    world.unpause(id);
    Ok(world.subscriptions.known(id).render(world))
}

fn say_why(terms: &mut Terms, form: &Form, feedback: Option<&str>) {
    merge_text(&mut terms.comment, form, "cancellation_details.comment");
    if form.has("cancellation_details.feedback") {
        terms.feedback = feedback.map(str::to_owned);
    }
}

/// Invoices that are sent are not in the sandbox.
fn check_collection(form: &Form) -> Result<(), ApiError> {
    let method = choice(form, "collection_method", &["charge_automatically", "send_invoice"])?;
    boolean(form, "off_session")?;
    if method == Some("send_invoice") {
        return Err(ApiError::not_in_sandbox("collection_method=send_invoice"));
    }
    Ok(())
}

fn payment_behavior(form: &Form) -> Result<Option<&str>, ApiError> {
    const WORDS: [&str; 4] =
        ["allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"];
    match choice(form, "payment_behavior", &WORDS)? {
        Some("pending_if_incomplete") => {
            Err(ApiError::not_in_sandbox("payment_behavior=pending_if_incomplete"))
        }
        word => Ok(word),
    }
}

fn proration(form: &Form) -> Result<Proration, ApiError> {
    const WORDS: [&str; 3] = ["always_invoice", "create_prorations", "none"];
    Ok(match choice(form, "proration_behavior", &WORDS)? {
        Some("always_invoice") => Proration::Now,
        Some("none") => Proration::None,
        Some(_) | None => Proration::Later,
    })
}
