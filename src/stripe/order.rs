//! What is to be sold, as Stripe is told it.

use std::collections::HashMap;
use std::convert::Infallible;

use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionCustomText, CreateCheckoutSessionCustomerCreation,
    CreateCheckoutSessionLineItems, CreateCheckoutSessionPaymentIntentData,
    CreateCheckoutSessionSubscriptionData, CustomTextPositionParam,
};
use stripe_shared::{CheckoutSessionLocale, CheckoutSessionMode};

use super::locale;
use crate::domain::ids::{CustomerId, PlanId, PriceId, ReaderId};
use crate::domain::language::Language;
use crate::domain::plan::Cycle;

/// Our names in the metadata of what we create at Stripe.
const SITE: &str = "tollhouse_site";
const PLAN: &str = "tollhouse_plan";
const READER: &str = "tollhouse_reader";

/// What is to be sold, to whom, and where the buyer goes afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The plan that it buys.
    pub plan: PlanId,
    /// The price.
    pub price: PriceId,
    /// How often the price is paid.
    pub cycle: Cycle,
    /// Who buys.
    pub buyer: Buyer,
    /// Where a buyer returns who has paid. Stripe puts the session's id in the place of a
    /// literal `{CHECKOUT_SESSION_ID}`.
    pub success_url: String,
    /// Where one returns who has thought better of it.
    pub cancel_url: String,
    /// Our site, for the owner's eyes at Stripe.
    pub site: String,
    /// `client_reference_id`, for the owner's eyes too.
    pub reference: Option<String>,
    /// Days without charge at the start of a subscription.
    pub trial_days: Option<u16>,
    /// Whether the till takes promotion codes.
    pub promotion_codes: bool,
    /// A line beside the button that pays.
    pub note: Option<String>,
    /// The language that the buyer reads.
    pub language: Language,
}

/// Who buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    /// Somebody whom we do not know.
    Stranger,
    /// A reader who has bought before, as this customer.
    Customer(CustomerId),
    /// A signed-in reader who has no customer yet: what he buys comes back with his id.
    Reader(ReaderId),
}

/// The call that opens a checkout for it.
pub(super) fn request(order: &Order) -> CreateCheckoutSession {
    let line = CreateCheckoutSessionLineItems {
        price: Some(order.price.to_string()),
        quantity: Some(1),
        ..CreateCheckoutSessionLineItems::new()
    };
    let mut request = CreateCheckoutSession::new()
        .line_items(vec![line])
        .success_url(order.success_url.as_str())
        .cancel_url(order.cancel_url.as_str())
        .locale(checkout_locale(&order.language))
        .metadata(labels(order));
    if let Some(reference) = &order.reference {
        request = request.client_reference_id(reference.as_str());
    }
    if let Some(note) = &order.note {
        let submit = Some(CustomTextPositionParam::new(note.as_str()));
        request =
            request.custom_text(CreateCheckoutSessionCustomText { submit, ..Default::default() });
    }
    if order.promotion_codes {
        request = request.allow_promotion_codes(true);
    }
    if let Buyer::Customer(customer) = &order.buyer {
        request = request.customer(customer.as_str());
    }
    match order.cycle {
        Cycle::Once => paid_once(request, order),
        Cycle::Day | Cycle::Week | Cycle::Month | Cycle::Year => subscribed(request, order),
    }
}

fn checkout_locale(language: &Language) -> CheckoutSessionLocale {
    locale::code(language).parse().unwrap_or_else(|never: Infallible| match never {})
}

fn paid_once(request: CreateCheckoutSession, order: &Order) -> CreateCheckoutSession {
    let payment = CreateCheckoutSessionPaymentIntentData {
        metadata: Some(labels(order)),
        ..Default::default()
    };
    let request = request.mode(CheckoutSessionMode::Payment).payment_intent_data(payment);
    match order.buyer {
        Buyer::Customer(_) => request,
        // Without it a one-time buyer has no customer: nothing to sign in to, no portal.
        Buyer::Stranger | Buyer::Reader(_) => {
            request.customer_creation(CreateCheckoutSessionCustomerCreation::Always)
        }
    }
}

fn subscribed(request: CreateCheckoutSession, order: &Order) -> CreateCheckoutSession {
    let subscription = CreateCheckoutSessionSubscriptionData {
        metadata: Some(labels(order)),
        trial_period_days: order.trial_days.map(u32::from),
        ..Default::default()
    };
    request.mode(CheckoutSessionMode::Subscription).subscription_data(subscription)
}

fn labels(order: &Order) -> HashMap<String, String> {
    let mut labels = HashMap::from([
        (SITE.to_owned(), order.site.clone()),
        (PLAN.to_owned(), order.plan.to_string()),
    ]);
    if let Buyer::Reader(reader) = &order.buyer {
        labels.insert(READER.to_owned(), reader.to_string());
    }
    labels
}

/// The reader whom we named when we created the object. What is not a reader's id is not ours.
pub(super) fn reader_in(metadata: &HashMap<String, String>) -> Option<ReaderId> {
    ReaderId::parse(metadata.get(READER)?).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::stripe::stub::decoded;

    #[test]
    fn an_order_asks_for_what_stripe_needs_and_no_more() {
        let stranger = order(Cycle::Month, Buyer::Stranger);
        let labels = |of: &str| {
            vec![
                format!("{of}[tollhouse_plan]=basic"),
                format!("{of}[tollhouse_site]=https://site.example"),
            ]
        };
        let common = [
            "cancel_url=https://site.example/join?a=1&b=2",
            "line_items[0][price]=price_1",
            "line_items[0][quantity]=1",
            "locale=en",
            "success_url=https://site.example/return?session_id={CHECKOUT_SESSION_ID}",
        ];
        let with = |more: &[&str], of: &str| {
            let more = common.iter().chain(more).map(|text| (*text).to_owned());
            let mut all: Vec<_> = more.chain(labels("metadata")).chain(labels(of)).collect();
            all.sort();
            all
        };
        let subscription = with(&["mode=subscription"], "subscription_data[metadata]");
        assert_eq!(sent(&stranger), subscription);
        let customer = Buyer::Customer(CustomerId::parse("cus_1").expect("an id"));
        let of_customer = ["mode=subscription", "customer=cus_1"];
        let expected = with(&of_customer, "subscription_data[metadata]");
        assert_eq!(sent(&order(Cycle::Year, customer.clone())), expected);
        let always = ["mode=payment", "customer_creation=always"];
        let expected = with(&always, "payment_intent_data[metadata]");
        assert_eq!(sent(&order(Cycle::Once, Buyer::Stranger)), expected);
        let of_customer = ["mode=payment", "customer=cus_1"];
        let expected = with(&of_customer, "payment_intent_data[metadata]");
        assert_eq!(sent(&order(Cycle::Once, customer)), expected);
    }

    #[test]
    fn what_an_order_may_have_besides() {
        let trial = Order { trial_days: Some(7), ..order(Cycle::Month, Buyer::Stranger) };
        assert_eq!(more(&trial), ["subscription_data[trial_period_days]=7"]);
        let trial = Order { trial_days: Some(7), ..order(Cycle::Once, Buyer::Stranger) };
        assert_eq!(more(&trial), ["customer_creation=always"]);
        let codes = Order { promotion_codes: true, ..order(Cycle::Month, Buyer::Stranger) };
        assert_eq!(more(&codes), ["allow_promotion_codes=true"]);
        let note = "Already have access? [Sign in](https://site.example/é)";
        let note = Order { note: Some(note.to_owned()), ..order(Cycle::Month, Buyer::Stranger) };
        let sent = "custom_text[submit][message]=\
            Already have access? [Sign in](https://site.example/é)";
        assert_eq!(more(&note), [sent]);
        let reference = Some("ref-1".to_owned());
        let referred = Order { reference, ..order(Cycle::Month, Buyer::Stranger) };
        assert_eq!(more(&referred), ["client_reference_id=ref-1"]);
        let reader = Buyer::Reader(ReaderId::parse("reader_1").expect("an id"));
        let named = [
            "metadata[tollhouse_reader]=reader_1",
            "subscription_data[metadata][tollhouse_reader]=reader_1",
        ];
        assert_eq!(more(&order(Cycle::Month, reader)), named);
    }

    /// An order without extras.
    pub(in crate::stripe) fn order(cycle: Cycle, buyer: Buyer) -> Order {
        let success = "https://site.example/return?session_id={CHECKOUT_SESSION_ID}";
        Order {
            plan: PlanId::parse("basic").expect("an id"),
            price: PriceId::parse("price_1").expect("an id"),
            cycle,
            buyer,
            success_url: success.to_owned(),
            cancel_url: "https://site.example/join?a=1&b=2".to_owned(),
            site: "https://site.example".to_owned(),
            reference: None,
            trial_days: None,
            promotion_codes: false,
            note: None,
            language: Language::english(),
        }
    }

    /// The form that is sent, decoded and sorted.
    pub(in crate::stripe) fn sent(order: &Order) -> Vec<String> {
        let body = stripe_client_core::StripeRequest::build(&request(order)).body.expect("a form");
        let mut pairs: Vec<_> = body.split('&').map(decoded).collect();
        pairs.sort();
        pairs
    }

    /// What is sent besides what a stranger's order without extras has.
    fn more(order: &Order) -> Vec<String> {
        let plain = sent(&self::order(Cycle::Month, Buyer::Stranger));
        let known = |pair: &String| plain.contains(pair) || pair.contains("payment");
        sent(order).into_iter().filter(|pair| !known(pair)).collect()
    }
}
