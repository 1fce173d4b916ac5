// What the schema has roots for. Each member of an interface is one: its name is how the tests look
// it up, its type is the SDK's. Deleted objects, which share the name of what they were, are apart.
import Stripe from 'stripe';

/** By the `object` of what is answered. */
export interface answers {
  'balance_transaction': Stripe.BalanceTransaction;
  'billing_portal.configuration': Stripe.BillingPortal.Configuration;
  'billing_portal.session': Stripe.BillingPortal.Session;
  'charge': Stripe.Charge;
  'checkout.session': Stripe.Checkout.Session;
  'coupon': Stripe.Coupon;
  'customer': Stripe.Customer;
  'discount': Stripe.Discount;
  'dispute': Stripe.Dispute;
  'entitlements.active_entitlement': Stripe.Entitlements.ActiveEntitlement;
  'entitlements.active_entitlement_summary': Stripe.Entitlements.ActiveEntitlementSummary;
  'entitlements.feature': Stripe.Entitlements.Feature;
  'invoice': Stripe.Invoice;
  'invoice_payment': Stripe.InvoicePayment;
  'invoiceitem': Stripe.InvoiceItem;
  'item': Stripe.LineItem;
  'line_item': Stripe.InvoiceLineItem;
  'payment_intent': Stripe.PaymentIntent;
  'payment_method': Stripe.PaymentMethod;
  'plan': Stripe.Plan;
  'price': Stripe.Price;
  'product': Stripe.Product;
  'product_feature': Stripe.ProductFeature;
  'promotion_code': Stripe.PromotionCode;
  'radar.early_fraud_warning': Stripe.Radar.EarlyFraudWarning;
  'refund': Stripe.Refund;
  'setup_intent': Stripe.SetupIntent;
  'source': Stripe.Source;
  'subscription': Stripe.Subscription;
  'subscription_item': Stripe.SubscriptionItem;
  'test_helpers.test_clock': Stripe.TestHelpers.TestClock;
  'v2.core.event': About<Fetched<'v1.invoice.paid'>> | Fetched<'v1.invoice.upcoming' | Summary>;
  'webhook_endpoint': Stripe.WebhookEndpoint;
}

type Fetched<T> = Extract<Stripe.V2.Core.Event, { type: T }>;

/** Not about an object with an id, like the upcoming invoice; all others are. */
type Summary = 'v1.entitlements.active_entitlement_summary.updated';

/** Of hundreds of types that differ in their name only. */
type About<Event> = Omit<Event, 'type'> & { type: `v1.${string}` };

/** By the `object` of what is gone. */
export interface deleted {
  'coupon': Stripe.DeletedCoupon;
  'customer': Stripe.DeletedCustomer;
  'discount': Stripe.DeletedDiscount;
  'invoice': Stripe.DeletedInvoice;
  'invoiceitem': Stripe.DeletedInvoiceItem;
  'product': Stripe.DeletedProduct;
  'product_feature': Stripe.DeletedProductFeature;
  'subscription_item': Stripe.DeletedSubscriptionItem;
  'test_helpers.test_clock': Stripe.TestHelpers.DeletedTestClock;
  'webhook_endpoint': Stripe.DeletedWebhookEndpoint;
}

type Announced =
  | 'billing_portal.configuration.created' | 'billing_portal.configuration.updated'
  | 'billing_portal.session.created'
  | 'charge.captured' | 'charge.expired' | 'charge.failed' | 'charge.pending' | 'charge.refunded'
  | 'charge.succeeded' | 'charge.updated' | 'charge.refund.updated'
  | 'charge.dispute.closed' | 'charge.dispute.created' | 'charge.dispute.funds_reinstated'
  | 'charge.dispute.funds_withdrawn' | 'charge.dispute.updated'
  | 'checkout.session.async_payment_failed' | 'checkout.session.async_payment_succeeded'
  | 'checkout.session.completed' | 'checkout.session.expired'
  | 'coupon.created' | 'coupon.deleted' | 'coupon.updated'
  | 'customer.created' | 'customer.deleted' | 'customer.updated'
  | 'customer.discount.created' | 'customer.discount.deleted' | 'customer.discount.updated'
  | 'customer.subscription.created' | 'customer.subscription.deleted'
  | 'customer.subscription.paused' | 'customer.subscription.pending_update_applied'
  | 'customer.subscription.pending_update_expired' | 'customer.subscription.resumed'
  | 'customer.subscription.trial_will_end' | 'customer.subscription.updated'
  | 'entitlements.active_entitlement_summary.updated'
  | 'invoice.created' | 'invoice.deleted' | 'invoice.finalization_failed' | 'invoice.finalized'
  | 'invoice.marked_uncollectible' | 'invoice.overdue' | 'invoice.overpaid' | 'invoice.paid'
  | 'invoice.payment_action_required' | 'invoice.payment_attempt_required'
  | 'invoice.payment_failed' | 'invoice.payment_succeeded' | 'invoice.sent' | 'invoice.upcoming'
  | 'invoice.updated' | 'invoice.voided' | 'invoice.will_be_due' | 'invoice_payment.paid'
  | 'invoiceitem.created' | 'invoiceitem.deleted'
  | 'payment_intent.amount_capturable_updated' | 'payment_intent.canceled'
  | 'payment_intent.created' | 'payment_intent.payment_failed' | 'payment_intent.processing'
  | 'payment_intent.requires_action' | 'payment_intent.succeeded'
  | 'payment_method.attached' | 'payment_method.automatically_updated'
  | 'payment_method.detached' | 'payment_method.updated'
  | 'plan.created' | 'plan.deleted' | 'plan.updated'
  | 'price.created' | 'price.deleted' | 'price.updated'
  | 'product.created' | 'product.deleted' | 'product.updated'
  | 'promotion_code.created' | 'promotion_code.updated'
  | 'radar.early_fraud_warning.created' | 'radar.early_fraud_warning.updated'
  | 'refund.created' | 'refund.failed' | 'refund.updated'
  | 'setup_intent.canceled' | 'setup_intent.created' | 'setup_intent.requires_action'
  | 'setup_intent.setup_failed' | 'setup_intent.succeeded'
  | 'test_helpers.test_clock.advancing' | 'test_helpers.test_clock.created'
  | 'test_helpers.test_clock.deleted' | 'test_helpers.test_clock.internal_failure'
  | 'test_helpers.test_clock.ready';

/** By the `type` of an event; `previous_attributes` are of the changed object. */
export type events = {
  [T in Announced]: T extends 'invoice.upcoming' ? Upcoming : Extract<Stripe.Event, { type: T }>;
};

/** "The received `Invoice` object will not have an invoice ID": https://docs.stripe.com/api/events/types */
type Upcoming = Omit<Stripe.InvoiceUpcomingEvent, 'data'> & { data: { object: Omit<Stripe.Invoice, 'id'> } };

/** What surrounds other objects, and what is answered instead of them. */
export interface envelopes {
  'list': Stripe.ApiList<unknown>;
  'search_result': Stripe.ApiSearchResult<unknown>;
  'v2.list': Stripe.V2List<unknown>;
  'error': Stripe.StripeRawError;
  /** What is posted as a thin event; as text, where the SDK makes an object of it. */
  'v2.core.event': About<Posted<'v1.invoice.paid'>> | Posted<'v1.invoice.upcoming'> | Posted<Summary>;
}

type Thin<T> = Extract<Stripe.V2.Core.EventNotification, { type: T }>;
type Posted<T> = Omit<Thin<T>, 'context'> & { context?: string | null };

/** By method and path: the parameters of each request that a gateway may make, or its owner. */
export interface requests {
  'DELETE /v1/customers/:id': Stripe.CustomerDeleteParams;
  'DELETE /v1/subscriptions/:id': Stripe.SubscriptionCancelParams;
  'GET /v1/charges': Stripe.ChargeListParams;
  'GET /v1/charges/:id': Stripe.ChargeRetrieveParams;
  'GET /v1/checkout/sessions': Stripe.Checkout.SessionListParams;
  'GET /v1/checkout/sessions/:id': Stripe.Checkout.SessionRetrieveParams;
  'GET /v1/checkout/sessions/:id/line_items': Stripe.Checkout.SessionListLineItemsParams;
  'GET /v1/customers': Stripe.CustomerListParams;
  'GET /v1/customers/:id': Stripe.CustomerRetrieveParams;
  'GET /v1/disputes': Stripe.DisputeListParams;
  'GET /v1/disputes/:id': Stripe.DisputeRetrieveParams;
  'GET /v1/entitlements/active_entitlements': Stripe.Entitlements.ActiveEntitlementListParams;
  'GET /v1/events': Stripe.EventListParams;
  'GET /v1/events/:id': Stripe.EventRetrieveParams;
  'GET /v1/invoice_payments': Stripe.InvoicePaymentListParams;
  'GET /v1/invoice_payments/:id': Stripe.InvoicePaymentRetrieveParams;
  'GET /v1/invoices': Stripe.InvoiceListParams;
  'GET /v1/invoices/:id': Stripe.InvoiceRetrieveParams;
  'GET /v1/invoices/:id/lines': Stripe.InvoiceListLineItemsParams;
  'GET /v1/payment_intents': Stripe.PaymentIntentListParams;
  'GET /v1/payment_intents/:id': Stripe.PaymentIntentRetrieveParams;
  'GET /v1/prices': Stripe.PriceListParams;
  'GET /v1/prices/:id': Stripe.PriceRetrieveParams;
  'GET /v1/products': Stripe.ProductListParams;
  'GET /v1/products/:id': Stripe.ProductRetrieveParams;
  'GET /v1/radar/early_fraud_warnings': Stripe.Radar.EarlyFraudWarningListParams;
  'GET /v1/radar/early_fraud_warnings/:id': Stripe.Radar.EarlyFraudWarningRetrieveParams;
  'GET /v1/refunds': Stripe.RefundListParams;
  'GET /v1/refunds/:id': Stripe.RefundRetrieveParams;
  'GET /v1/subscription_items': Stripe.SubscriptionItemListParams;
  'GET /v1/subscriptions': Stripe.SubscriptionListParams;
  'GET /v1/subscriptions/:id': Stripe.SubscriptionRetrieveParams;
  'GET /v1/webhook_endpoints': Stripe.WebhookEndpointListParams;
  'POST /v1/billing_portal/sessions': Stripe.BillingPortal.SessionCreateParams;
  'POST /v1/checkout/sessions': Stripe.Checkout.SessionCreateParams;
  'POST /v1/checkout/sessions/:id/expire': Stripe.Checkout.SessionExpireParams;
  'POST /v1/coupons': Stripe.CouponCreateParams;
  'POST /v1/customers': Stripe.CustomerCreateParams;
  'POST /v1/customers/:id': Stripe.CustomerUpdateParams;
  'POST /v1/disputes/:id': Stripe.DisputeUpdateParams;
  'POST /v1/invoices/:id': Stripe.InvoiceUpdateParams;
  'POST /v1/invoices/:id/pay': Stripe.InvoicePayParams;
  'POST /v1/prices': Stripe.PriceCreateParams;
  'POST /v1/prices/:id': Stripe.PriceUpdateParams;
  'POST /v1/products': Stripe.ProductCreateParams;
  'POST /v1/products/:id': Stripe.ProductUpdateParams;
  'POST /v1/promotion_codes': Stripe.PromotionCodeCreateParams;
  'POST /v1/refunds': Stripe.RefundCreateParams;
  'POST /v1/subscription_items/:id': Stripe.SubscriptionItemUpdateParams;
  'POST /v1/subscriptions': Stripe.SubscriptionCreateParams;
  'POST /v1/subscriptions/:id': Stripe.SubscriptionUpdateParams;
  'POST /v1/subscriptions/:id/resume': Stripe.SubscriptionResumeParams;
  'POST /v1/webhook_endpoints': Stripe.WebhookEndpointCreateParams;
}
