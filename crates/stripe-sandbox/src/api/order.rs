//! What a checkout session is for, read from its parameters; refuses what Stripe refuses.

use super::coupons;
use super::customers;
use super::error::ApiError;
use super::params::{
    FAR_SECONDS, MAX_AMOUNT, boolean, choice, email, integer_within, metadata,
    required_web_address, text, web_address,
};
use super::terms;
use crate::calendar::DAY_SECONDS;
use crate::form::Form;
use crate::money;
use crate::object::Object;
use crate::object::checkout_session::{
    AppliedDiscount, CustomText, CustomerCreation, LineItem, Mode, Order, Trial,
};
use crate::object::coupon::Coupon;
use crate::object::price::Price;
use crate::object::promotion_code::{PromotionCode, Redemption};
use crate::world::World;

/// <docs.stripe.com/api/checkout/sessions/create#create_checkout_session-custom_text>
const MAX_MESSAGE_LETTERS: usize = 1_200;
const MAX_REFERENCE_LETTERS: usize = 200;
/// <docs.stripe.com/api/checkout/sessions/create#create_checkout_session-line_items>
const MAX_ITEMS: usize = 100;
const MAX_ITEMS_OF_KIND: usize = 20;
/// <docs.stripe.com/api/checkout/sessions/create#create_checkout_session-locale>
#[rustfmt::skip]
const LOCALES: [&str; 42] = [
    "auto", "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hi-IN",
    "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk",
    "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

/// Everything but the customer and the discount.
pub(crate) fn read(world: &mut World, form: &Form) -> Result<Order, ApiError> {
    let mode = mode(form)?;
    check_exclusive(form, mode)?;
    choice(form, "ui_mode", &["hosted_page", "hosted"])?;
    let items = items(world, form)?;
    let currency = check_prices(world, form, mode, &items)?;
    let (data, trial) = match mode {
        Mode::Payment => ("payment_intent_data", None),
        Mode::Subscription => ("subscription_data", trial(form, world.now())?),
    };
    let once = items.iter().any(|item| world.price(&item.price).recurring.is_none());
    if trial.is_some() && once {
        return Err(ApiError::not_in_sandbox("line_items bought once, before a trial"));
    }
    Ok(Order {
        mode,
        currency,
        items,
        success_url: required_web_address(form, "success_url")?,
        cancel_url: web_address(form, "cancel_url")?,
        client_reference_id: text(form, "client_reference_id", MAX_REFERENCE_LETTERS)?,
        metadata: metadata(form, "metadata"),
        customer_email: email(form, "customer_email")?,
        customer_creation: customer_creation(form, mode)?,
        allow_promotion_codes: boolean(form, "allow_promotion_codes")?,
        card_unless_free: choice(form, "payment_method_collection", &["always", "if_required"])?
            == Some("if_required"),
        custom_text: custom_text(form)?,
        locale: choice(form, "locale", &LOCALES)?.map(str::to_owned),
        submit_type: submit_type(form, mode)?,
        result_metadata: metadata(form, &format!("{data}.metadata")),
        result_description: form.text(&format!("{data}.description")).map(str::to_owned),
        trial,
        terms: terms::read(form, "payment_intent_data.")?,
    })
}

/// Who subscribes in one currency cannot subscribe in another:
/// <https://docs.stripe.com/billing/customer#currency>
pub(crate) fn check_currency(world: &World, customer: &str, order: &Order) -> Result<(), ApiError> {
    let mut his = world.subscriptions.iter().filter(|it| it.customer == customer && it.is_live());
    match his.find(|it| it.currency != order.currency) {
        Some(other) if order.mode == Mode::Subscription => Err(ApiError::invalid(format!(
            "You cannot combine currencies on a single customer. This customer has an active subscription, \
             subscription schedule, discount, quote, or invoice item with currency {}",
            other.currency
        ))),
        Some(_) | None => Ok(()),
    }
}

fn mode(form: &Form) -> Result<Mode, ApiError> {
    choice(form, "mode", &["payment", "setup", "subscription"])?;
    match form.required("mode") {
        "payment" => Ok(Mode::Payment),
        "subscription" => Ok(Mode::Subscription),
        _ => Err(ApiError::not_in_sandbox("mode=setup")),
    }
}

/// Parameters that contradict each other, or the mode.
fn check_exclusive(form: &Form, mode: Mode) -> Result<(), ApiError> {
    let pairs = [
        ("allow_promotion_codes", "discounts"),
        ("customer", "customer_creation"),
        ("customer", "customer_email"),
        ("subscription_data.trial_end", "subscription_data.trial_period_days"),
    ];
    for (one, other) in pairs {
        if form.has(one) && form.has(other) {
            return Err(ApiError::parameter(format!(
                "You may only specify one of these parameters: {one}, {other}."
            )));
        }
    }
    let misplaced = match mode {
        Mode::Payment => ["subscription_data", "payment_method_collection"],
        Mode::Subscription => ["payment_intent_data", "customer_creation"],
    };
    match misplaced.into_iter().find(|name| form.has(name)) {
        Some(name) => {
            let message = format!("You can not pass `{name}` in `{}` mode.", mode.name());
            Err(ApiError::parameter(message).at(name))
        }
        None if form.has("customer_update") && !form.has("customer") => {
            Err(ApiError::parameter("`customer_update` can only be used with `customer`.")
                .at("customer_update"))
        }
        None => Ok(()),
    }
}

fn items(world: &mut World, form: &Form) -> Result<Vec<LineItem>, ApiError> {
    let mut items = Vec::new();
    for index in form.indices("line_items") {
        let price_name = format!("line_items[{index}][price]");
        let price = form.text(&format!("line_items.{index}.price"));
        let price = price.ok_or_else(|| ApiError::missing_parameter(&price_name))?;
        let quantity = integer_within(form, &format!("line_items.{index}.quantity"), 1..=999_999)?;
        let missing = || ApiError::missing_parameter(&format!("line_items[{index}][quantity]"));
        let known = world
            .prices
            .get(price)
            .ok_or_else(|| ApiError::no_such(Price::KIND, price, &price_name))?;
        if !known.active {
            let message = "The price specified is inactive. This field only accepts active prices.";
            return Err(ApiError::invalid(message).at(price_name));
        }
        if !world.product(&known.product).active {
            let message = "The product of the price specified is inactive. Only active products can be bought.";
            return Err(ApiError::invalid(message).at(price_name));
        }
        items.push(LineItem {
            id: world.ids.long("li"),
            price: price.to_owned(),
            quantity: quantity.ok_or_else(missing)?,
        });
    }
    if items.is_empty() { Err(ApiError::missing_parameter("line_items")) } else { Ok(items) }
}

/// The prices fit the mode and each other; the answer is their currency.
fn check_prices(
    world: &World,
    form: &Form,
    mode: Mode,
    items: &[LineItem],
) -> Result<String, ApiError> {
    let prices: Vec<&Price> = items.iter().map(|item| world.price(&item.price)).collect();
    let intervals: Vec<_> = prices.iter().filter_map(|price| price.recurring).collect();
    let currency = prices[0].currency.clone();
    if prices.iter().any(|price| price.currency != currency)
        || form.text("currency").is_some_and(|it| it != currency)
    {
        return Err(ApiError::invalid("All prices of a Checkout Session must have its currency.")
            .at("line_items"));
    }
    check_count(mode, items.len(), intervals.len())?;
    let total = items.iter().fold(0_i64, |sum, item| sum.saturating_add(world.amount(item)));
    if total > MAX_AMOUNT {
        let message = "The Checkout Session's total amount must be less than 1,000,000.00.";
        return Err(ApiError::invalid(message).code("amount_too_large").at("line_items"));
    }
    let message = match mode {
        Mode::Payment if !intervals.is_empty() => {
            "You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use \
             only one-time prices."
        }
        Mode::Subscription if intervals.is_empty() => {
            "You must provide at least one recurring price in `subscription` mode when using prices."
        }
        Mode::Subscription if intervals.iter().any(|interval| *interval != intervals[0]) => {
            "Checkout does not support multiple prices with different billing intervals."
        }
        Mode::Payment | Mode::Subscription => return Ok(currency),
    };
    Err(ApiError::invalid(message).at("line_items"))
}

/// In subscription mode as many that are charged again and again as are charged once.
fn check_count(mode: Mode, all: usize, recurring: usize) -> Result<(), ApiError> {
    let (count, most) = match mode {
        Mode::Payment => (all, MAX_ITEMS),
        Mode::Subscription => (recurring.max(all - recurring), MAX_ITEMS_OF_KIND),
    };
    let message = format!("Array must contain at most {most} elements.");
    if count > most { Err(ApiError::parameter(message).at("line_items")) } else { Ok(()) }
}

/// What a card is charged is not too little; nothing at all is no charge.
pub(crate) fn check_charge(order: &Order, total: i64) -> Result<(), ApiError> {
    let least = money::least_charge(&order.currency);
    if order.mode == Mode::Subscription || total <= 0 || total >= least {
        return Ok(());
    }
    let message = format!(
        "The Checkout Session's total amount due must add up to at least {} {}",
        money::shown(least, &order.currency),
        order.currency,
    );
    Err(ApiError::invalid(message).code("amount_too_small"))
}

fn trial(form: &Form, now: i64) -> Result<Option<Trial>, ApiError> {
    if let Some(days) = integer_within(form, "subscription_data.trial_period_days", 1..=730)? {
        return Ok(Some(Trial::Days(days)));
    }
    let latest = now + FAR_SECONDS;
    match integer_within(form, "subscription_data.trial_end", 0..=latest)? {
        Some(end) if end < now + 2 * DAY_SECONDS => {
            let message = "The `trial_end` date has to be at least 2 days in the future.";
            Err(ApiError::invalid(message).at("subscription_data[trial_end]"))
        }
        end => Ok(end.map(Trial::Until)),
    }
}

/// In subscription mode one is always made, and the session says so, unless the caller names one.
fn customer_creation(form: &Form, mode: Mode) -> Result<Option<CustomerCreation>, ApiError> {
    let asked = choice(form, "customer_creation", &["always", "if_required"])?;
    Ok(match (mode, asked) {
        _ if form.has("customer") => None,
        (Mode::Subscription, _) | (Mode::Payment, Some("always")) => Some(CustomerCreation::Always),
        (Mode::Payment, Some(_) | None) => Some(CustomerCreation::IfRequired),
    })
}

fn submit_type(form: &Form, mode: Mode) -> Result<Option<String>, ApiError> {
    let submit_type = choice(form, "submit_type", &["auto", "book", "donate", "pay", "subscribe"])?;
    if mode == Mode::Payment && submit_type == Some("subscribe") {
        return Err(ApiError::parameter("`submit_type` can not be `subscribe` in `payment` mode.")
            .at("submit_type"));
    }
    Ok(submit_type.map(str::to_owned))
}

fn custom_text(form: &Form) -> Result<CustomText, ApiError> {
    let message =
        |name: &str| text(form, &format!("custom_text.{name}.message"), MAX_MESSAGE_LETTERS);
    Ok(CustomText {
        submit: message("submit")?,
        after_submit: message("after_submit")?,
        shipping_address: message("shipping_address")?,
        terms_of_service_acceptance: message("terms_of_service_acceptance")?,
    })
}

/// The customer that the caller names.
pub(crate) fn customer(world: &World, form: &Form) -> Result<Option<String>, ApiError> {
    form.text("customer").map(|id| customers::named(world, id)).transpose()
}

/// The coupon, or promotion code, that the caller gives; it must fit the order's currency.
pub(crate) fn discount(
    world: &World,
    form: &Form,
    redemption: &Redemption,
) -> Result<Option<AppliedDiscount>, ApiError> {
    let indices = form.indices("discounts");
    let [index] = indices[..] else {
        let error = || ApiError::parameter("You may only specify one discount.").at("discounts");
        return if indices.is_empty() { Ok(None) } else { Err(error()) };
    };
    let named = |kind: &str| form.text(&format!("discounts.{index}.{kind}"));
    let at = |kind: &str| format!("discounts[{index}][{kind}]");
    let (applied, param) = match (named("coupon"), named("promotion_code")) {
        (Some(coupon), None) => {
            (AppliedDiscount { coupon: coupon.to_owned(), promotion_code: None }, at("coupon"))
        }
        (None, Some(id)) => {
            let param = at("promotion_code");
            let code = world.promotion_codes.get(id);
            let code = code.ok_or_else(|| ApiError::no_such(PromotionCode::KIND, id, &param))?;
            if !code.counts_for(redemption, world) {
                let message = "This promotion code cannot be redeemed because the associated customer or order does \
                               not fit it, or because it is not active.";
                return Err(ApiError::invalid(message).at(param));
            }
            let promotion_code = Some(code.id.clone());
            (AppliedDiscount { coupon: code.coupon.clone(), promotion_code }, param)
        }
        (Some(_), Some(_)) | (None, None) => {
            let message = "A discount is either a coupon or a promotion_code.";
            return Err(ApiError::parameter(message).at("discounts"));
        }
    };
    let id = &applied.coupon;
    let coupon =
        coupons::living(world, id).ok_or_else(|| ApiError::no_such(Coupon::KIND, id, &param))?;
    if !coupon.is_valid(world.now()) {
        let message = format!("Coupon expired: {id}");
        return Err(ApiError::invalid(message).code("coupon_expired").at(param));
    }
    let currency = redemption.currency;
    if !coupon.off.fits(currency) {
        let message =
            format!("The coupon '{id}' takes off an amount in another currency than {currency}.");
        return Err(ApiError::invalid(message).at(param));
    }
    Ok(Some(applied))
}
