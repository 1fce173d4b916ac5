//! What a subscription is to be, read from the parameters of `/v1/subscriptions`; refuses what
//! Stripe refuses.

use super::error::ApiError;
use super::params::{FAR_SECONDS, boolean, choice, integer_within};
use crate::calendar;
use crate::form::Form;
use crate::object::Object;
use crate::object::payment_method::PaymentMethod;
use crate::object::price::{Price, Recurring};
use crate::object::subscription::{
    Cancellation, CollectionPause, PauseBehavior, Period, SubscriptionItem, WithoutCard,
};
use crate::options::Interval;
use crate::world::World;

/// <https://docs.stripe.com/billing/subscriptions/multiple-products#restrictions>
const MAX_ITEMS: usize = 20;
const MAX_QUANTITY: i64 = 999_999;
/// <docs.stripe.com/api/subscriptions/create#create_subscription-trial_period_days>
const MAX_TRIAL_DAYS: i64 = 730;

/// The price that a parameter names; it must be one that is charged again and again.
pub(crate) fn recurring_price<'a>(
    world: &'a World,
    id: &str,
    param: &str,
) -> Result<(&'a Price, Recurring), ApiError> {
    let price = world.prices.get(id).ok_or_else(|| ApiError::no_such(Price::KIND, id, param))?;
    if !price.active {
        let message = "The price specified is inactive. This field only accepts active prices.";
        return Err(ApiError::invalid(message).at(param));
    }
    let recurring = price.recurring.ok_or_else(|| {
        let message = format!(
            "The price specified is set to `type=one_time` but this field only accepts prices with `type=recurring`: {id}"
        );
        ApiError::invalid(message).at(param)
    })?;
    Ok((price, recurring))
}

/// The items of a new subscription.
pub(crate) fn new_items(
    world: &mut World,
    form: &Form,
) -> Result<(Vec<SubscriptionItem>, Recurring), ApiError> {
    let mut items = Vec::new();
    for index in form.indices("items") {
        let param = format!("items[{index}][price]");
        let price = form.text(&format!("items.{index}.price"));
        let price = price.ok_or_else(|| ApiError::missing_parameter(&param))?.to_owned();
        recurring_price(world, &price, &param)?;
        let quantity = quantity(form, index)?.unwrap_or(1);
        items.push(SubscriptionItem { id: world.ids.with("si_", 14), price, quantity });
    }
    let recurring = common_interval(world, &items)?;
    Ok((items, recurring))
}

/// The items of an update, with those that it does not name; `None`: it names none.
pub(crate) fn changed_items(
    world: &mut World,
    form: &Form,
    present: &[SubscriptionItem],
) -> Result<Option<(Vec<SubscriptionItem>, Recurring)>, ApiError> {
    if !form.has("items") {
        return Ok(None);
    }
    let mut items = present.to_vec();
    for index in form.indices("items") {
        let price = form.text(&format!("items.{index}.price"));
        if let Some(price) = price {
            recurring_price(world, price, &format!("items[{index}][price]"))?;
        }
        let quantity = quantity(form, index)?;
        match form.text(&format!("items.{index}.id")) {
            Some(id) => {
                let param = format!("items[{index}][id]");
                let position = items.iter().position(|item| item.id == id);
                let position =
                    position.ok_or_else(|| ApiError::no_such("subscription item", id, &param))?;
                if boolean(form, &format!("items.{index}.deleted"))? == Some(true) {
                    items.remove(position);
                    continue;
                }
                let item = &mut items[position];
                item.price = price.map_or_else(|| item.price.clone(), str::to_owned);
                item.quantity = quantity.unwrap_or(item.quantity);
            }
            None => {
                let missing = || ApiError::missing_parameter(&format!("items[{index}][price]"));
                let price = price.ok_or_else(missing)?.to_owned();
                let id = world.ids.with("si_", 14);
                items.push(SubscriptionItem { id, price, quantity: quantity.unwrap_or(1) });
            }
        }
    }
    let recurring = common_interval(world, &items)?;
    Ok(Some((items, recurring)))
}

fn quantity(form: &Form, index: &str) -> Result<Option<i64>, ApiError> {
    integer_within(form, &format!("items.{index}.quantity"), 0..=MAX_QUANTITY)
}

/// Stripe bills items of different intervals apart; the sandbox does not.
fn common_interval(world: &World, items: &[SubscriptionItem]) -> Result<Recurring, ApiError> {
    let last = || {
        let message = "A subscription must have at least one active item. To end it, cancel it.";
        ApiError::invalid(message).at("items")
    };
    let first = items.first().ok_or_else(last)?;
    if items.len() > MAX_ITEMS {
        let message = format!("A subscription can have at most {MAX_ITEMS} items.");
        return Err(ApiError::invalid(message).at("items"));
    }
    let recurring = world.price(&first.price).recurring;
    let recurring = recurring.ok_or_else(|| ApiError::missing_parameter("items"))?;
    let prices = || items.iter().map(|item| world.price(&item.price));
    if prices().any(|price| price.currency != world.price(&first.price).currency) {
        let message = "All prices on a subscription must have the same `currency`.";
        return Err(ApiError::invalid(message).at("items"));
    }
    let mut names: Vec<&str> = items.iter().map(|item| item.price.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() < items.len() {
        let message = "A subscription cannot have multiple items with the same price.";
        return Err(ApiError::invalid(message).at("items"));
    }
    if world.go_together(items, recurring) {
        Ok(recurring)
    } else {
        Err(ApiError::not_in_sandbox("items (of different intervals)"))
    }
}

/// The trial of a new subscription.
pub(crate) fn trial(form: &Form, now: i64) -> Result<Option<Period>, ApiError> {
    const DAYS: &str = "trial_period_days";
    if form.has(DAYS) && form.has("trial_end") {
        return Err(ApiError::parameter(
            "You may only specify one of these parameters: trial_end, trial_period_days.",
        ));
    }
    if let Some(days) = integer_within(form, DAYS, 0..=MAX_TRIAL_DAYS)? {
        let end = calendar::after(now, Interval::Day, days);
        return Ok((days > 0).then_some(Period { start: now, end }));
    }
    Ok(trial_end(form, now)?.filter(|end| *end > now).map(|end| Period { start: now, end }))
}

/// A moment; `now` is the present one.
pub(crate) fn trial_end(form: &Form, now: i64) -> Result<Option<i64>, ApiError> {
    if form.text("trial_end") == Some("now") {
        return Ok(Some(now));
    }
    match integer_within(form, "trial_end", 0..=now + FAR_SECONDS)? {
        Some(end) if end <= now => {
            let message = "Invalid timestamp: must be an integer Unix timestamp in the future.";
            Err(ApiError::invalid(message).at("trial_end"))
        }
        end => Ok(end),
    }
}

/// What the trial becomes without a card, if the call says it.
pub(crate) fn without_card(form: &Form) -> Result<Option<WithoutCard>, ApiError> {
    const NAME: &str = "trial_settings.end_behavior.missing_payment_method";
    let word = choice(form, NAME, &WithoutCard::ALL.map(WithoutCard::name))?;
    Ok(WithoutCard::ALL.into_iter().find(|it| word == Some(it.name())))
}

/// What a call says of the pause of collection.
pub(crate) enum PauseChange {
    Keep,
    Lift,
    Set(CollectionPause),
}

/// An empty value takes the pause away.
pub(crate) fn pause(form: &Form, now: i64) -> Result<PauseChange, ApiError> {
    const BEHAVIOR: &str = "pause_collection.behavior";
    if form.raw("pause_collection") == Some("") {
        return Ok(PauseChange::Lift);
    }
    if !form.has("pause_collection") {
        return Ok(PauseChange::Keep);
    }
    let word = choice(form, BEHAVIOR, &PauseBehavior::ALL.map(PauseBehavior::name))?;
    let behavior = PauseBehavior::ALL.into_iter().find(|it| word == Some(it.name()));
    let missing = || ApiError::missing_parameter("pause_collection[behavior]");
    let behavior = behavior.ok_or_else(missing)?;
    let resumes_at =
        integer_within(form, "pause_collection.resumes_at", now + 1..=now + FAR_SECONDS)?;
    Ok(PauseChange::Set(CollectionPause { behavior, resumes_at }))
}

/// Whether and when it ends, if the call says it.
pub(crate) fn cancellation(
    form: &Form,
    now: i64,
    period_end: i64,
) -> Result<Option<Cancellation>, ApiError> {
    if form.has("cancel_at") && form.has("cancel_at_period_end") {
        return Err(ApiError::parameter(
            "You may only specify one of these parameters: cancel_at, cancel_at_period_end.",
        ));
    }
    match form.raw("cancel_at") {
        Some("") => return Ok(Some(Cancellation::None)),
        // All items of a subscription have one period here, so that the first and the last agree.
        Some("min_period_end" | "max_period_end") => {
            return Ok(Some(Cancellation::At { moment: period_end, asked_at: now }));
        }
        Some("max_billed_until") => {
            return Err(ApiError::not_in_sandbox("cancel_at=max_billed_until"));
        }
        Some(_) | None => {}
    }
    if let Some(moment) = integer_within(form, "cancel_at", 0..=now + FAR_SECONDS)? {
        let error = || {
            ApiError::invalid("The `cancel_at` timestamp must be in the future.").at("cancel_at")
        };
        let at = Cancellation::At { moment, asked_at: now };
        return if moment > now { Ok(Some(at)) } else { Err(error()) };
    }
    let at_period_end = boolean(form, "cancel_at_period_end")?;
    Ok(at_period_end.map(|yes| {
        if yes { Cancellation::AtPeriodEnd { asked_at: now } } else { Cancellation::None }
    }))
}

/// A payment method of this customer.
pub(crate) fn payment_method(
    world: &World,
    form: &Form,
    name: &str,
    customer: &str,
) -> Result<Option<String>, ApiError> {
    let Some(id) = form.text(name) else { return Ok(None) };
    let method = world.payment_methods.get(id);
    let method = method.ok_or_else(|| ApiError::no_such(PaymentMethod::KIND, id, name))?;
    if method.customer.as_deref() == Some(customer) {
        return Ok(Some(id.to_owned()));
    }
    let message = format!(
        "The customer does not have a payment method with the ID {id}. The payment method must be attached to the customer."
    );
    Err(ApiError::invalid(message).at(name))
}

/// Why it ends, in the customer's words, and in Stripe's.
pub(crate) fn feedback(form: &Form) -> Result<Option<&str>, ApiError> {
    const WORDS: [&str; 8] = [
        "customer_service",
        "low_quality",
        "missing_features",
        "other",
        "switched_service",
        "too_complex",
        "too_expensive",
        "unused",
    ];
    choice(form, "cancellation_details.feedback", &WORDS)
}

/// The trial, or the first period that is paid for.
pub(crate) fn first_period(trial: Option<Period>, recurring: Recurring, now: i64) -> Period {
    let end = calendar::after(now, recurring.interval, recurring.count);
    trial.unwrap_or(Period { start: now, end })
}
