// Money that goes and comes back, in Stripe's own Node SDK against `tollhouse sandbox`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { clientOf, pay, press, startSandbox, startSink } from './programs.mjs';

let sandbox, sink, stripe, course, monthly, yearly;

before(async () => {
  sink = await startSink();
  sandbox = await startSandbox(sink.url);
  stripe = clientOf(sandbox);
  const product = (await stripe.products.create({ name: 'The paper' })).id;
  const price = (unit_amount, interval) => stripe.prices.create({
    product, currency: 'eur', unit_amount, ...(interval && { recurring: { interval } }),
  });
  [course, monthly, yearly] = [await price(4900), await price(700, 'month'), await price(7000, 'year')];
});

after(async () => {
  await sandbox?.stop();
  await sink?.stop();
});

// A course that was bought with a card: its payment intent.
async function sold(card_number = '4242424242424242') {
  const session = await stripe.checkout.sessions.create({
    mode: 'payment', success_url: 'https://shop.example/', customer_creation: 'always',
    line_items: [{ price: course.id, quantity: 1 }],
  });
  assert.equal((await pay(session.url, { card_number })).status, 303);
  const { payment_intent } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
  return payment_intent;
}

// A customer who is charged without being asked.
async function customer(card = 'pm_card_visa') {
  const { id } = await stripe.customers.create({ email: 'ada@example.com' });
  const method = await stripe.paymentMethods.attach(card, { customer: id });
  await stripe.customers.update(id, { invoice_settings: { default_payment_method: method.id } });
  return { id, method: method.id };
}

const subscribe = (customer, options) => stripe.subscriptions.create({
  customer, items: [{ price: monthly.id }], ...options,
});

test('a payment is given back in parts, and never more than was paid', async () => {
  const intent = await sold();
  const part = await stripe.refunds.create({ payment_intent: intent.id, amount: 900, metadata: { a: '1' } });
  assert.equal(part.status, 'succeeded');
  const charge = () => stripe.charges.retrieve(intent.latest_charge, { expand: ['refunds'] });
  assert.deepEqual([(await charge()).amount_refunded, (await charge()).refunded], [900, false]);
  const rest = await stripe.refunds.create({ charge: intent.latest_charge, reason: 'requested_by_customer' });
  assert.equal(rest.amount, 4000);
  assert.deepEqual((await charge()).refunds.data.map((it) => it.id), [rest.id, part.id]);
  await assert.rejects(stripe.refunds.create({ payment_intent: intent.id }), (error) => error.code === 'charge_already_refunded');
  assert.equal((await stripe.refunds.update(part.id, { metadata: { a: '2' } })).metadata.a, '2');
  assert.equal((await stripe.refunds.list({ payment_intent: intent.id })).data.length, 2);
  await sink.event('the refund', (it) => it.type === 'charge.refunded' && it.data.object.id === intent.latest_charge);
});

test('a refund that fails is money that is on the charge again', async () => {
  const intent = await sold('4000000000005126');
  const refund = await stripe.refunds.create({ payment_intent: intent.id });
  await sink.event('refund.failed', (it) => it.type === 'refund.failed' && it.data.object.id === refund.id);
  assert.equal((await stripe.refunds.retrieve(refund.id)).status, 'failed');
  assert.equal((await stripe.charges.retrieve(intent.latest_charge)).refunded, false);
});

test('a dispute is answered and lost, and another is an inquiry first', async () => {
  const intent = await sold('4000000000000259');
  const [dispute] = (await stripe.disputes.list({ payment_intent: intent.id })).data;
  assert.deepEqual([dispute.status, dispute.reason], ['needs_response', 'fraudulent']);
  const noted = await stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Ada' }, submit: false });
  assert.equal(noted.evidence.customer_name, 'Ada');
  assert.equal((await stripe.disputes.close(dispute.id)).status, 'lost');
  await sink.event('charge.dispute.closed', (it) => it.type === 'charge.dispute.closed' && it.data.object.id === dispute.id);

  const other = (await sold()).latest_charge;
  for (const [button, status] of [['inquiry', 'warning_needs_response'], ['escalate', 'needs_response'], ['dispute-won', 'won']]) {
    await press(sandbox, `payments/${other}`, { do: button });
    assert.equal((await stripe.disputes.list({ charge: other })).data[0].status, status);
  }
  await press(sandbox, `payments/${other}`, { do: 'fraud-warning' });
  const warnings = await stripe.radar.earlyFraudWarnings.list({ charge: other });
  assert.equal(warnings.data[0].charge, other);
});

test('a subscription is made, changed, paused, told to end and ended', async () => {
  const { id } = await customer();
  const made = await subscribe(id, { expand: ['latest_invoice'] });
  assert.deepEqual([made.status, made.latest_invoice.status], ['active', 'paid']);
  const item = made.items.data[0].id;
  const two = await stripe.subscriptions.update(made.id, { items: [{ id: item, quantity: 2 }] });
  assert.equal(two.items.data[0].quantity, 2);
  const dearer = await stripe.subscriptions.update(made.id, { items: [{ id: item, price: yearly.id, quantity: 1 }] });
  assert.equal(dearer.items.data[0].price.id, yearly.id);
  const paused = await stripe.subscriptions.update(made.id, { pause_collection: { behavior: 'void' } });
  assert.equal(paused.pause_collection.behavior, 'void');
  assert.equal((await stripe.subscriptions.update(made.id, { pause_collection: '' })).pause_collection, null);
  const at = dearer.items.data[0].current_period_end - 86_400;
  assert.equal((await stripe.subscriptions.update(made.id, { cancel_at: at })).cancel_at, at);
  const ended = await stripe.subscriptions.cancel(made.id, { cancellation_details: { comment: 'Too dear', feedback: 'too_expensive' } });
  assert.deepEqual([ended.status, ended.cancellation_details.feedback], ['canceled', 'too_expensive']);
  await sink.event('its end', (it) => it.type === 'customer.subscription.deleted' && it.data.object.id === made.id);
});

test('a trial without a card pauses, and is resumed with one', async () => {
  const { id } = await stripe.customers.create({ email: 'eve@example.com' });
  const made = await subscribe(id, {
    trial_period_days: 7, trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
  });
  assert.equal(made.status, 'trialing');
  assert.equal((await stripe.subscriptions.update(made.id, { trial_end: 'now' })).status, 'paused');
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
  await stripe.subscriptions.update(made.id, { default_payment_method: method.id });
  assert.equal((await stripe.subscriptions.resume(made.id)).status, 'active');
});

test('a subscription that waits for its payment begins when that is confirmed', async () => {
  const { id } = await stripe.customers.create({ email: 'dan@example.com' });
  const made = await subscribe(id, { payment_behavior: 'default_incomplete', expand: ['latest_invoice.payments'] });
  assert.equal(made.status, 'incomplete');
  const intent = made.latest_invoice.payments.data[0].payment.payment_intent;
  const declined = stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa_chargeDeclined' });
  await assert.rejects(declined, Stripe.errors.StripeCardError);
  assert.equal((await stripe.subscriptions.retrieve(made.id)).status, 'incomplete');
  await stripe.paymentIntents.confirm(intent, { payment_method: 'pm_card_visa' });
  assert.equal((await stripe.subscriptions.retrieve(made.id)).status, 'active');
});

test('an invoice of single items is written, paid, and found by its payment', async () => {
  const { id } = await customer();
  await stripe.invoiceItems.create({ customer: id, amount: 900, currency: 'eur', description: 'A mug' });
  const draft = await stripe.invoices.create({ customer: id, pending_invoice_items_behavior: 'include' });
  assert.equal((await stripe.invoices.listLineItems(draft.id)).data[0].description, 'A mug');
  assert.equal((await stripe.invoices.finalizeInvoice(draft.id, { auto_advance: false })).status, 'open');
  assert.equal((await stripe.invoices.pay(draft.id)).amount_paid, 900);
  const [payment] = (await stripe.invoicePayments.list({ invoice: draft.id })).data;
  const { payment_intent } = payment.payment;
  const found = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent } });
  assert.equal(found.data[0].invoice, draft.id);
  assert.equal((await stripe.invoicePayments.retrieve(payment.id)).status, 'paid');
  const [open, other] = [await stripe.invoices.create({ customer: id }), await stripe.invoices.create({ customer: id })];
  assert.equal((await stripe.invoices.markUncollectible(open.id)).status, 'uncollectible');
  await assert.rejects(stripe.invoices.voidInvoice(other.id), Stripe.errors.StripeInvalidRequestError);
});

test('payments are made with cards that pay, decline, and ask', async () => {
  const { id, method } = await customer();
  const order = { amount: 500, currency: 'eur', payment_method_types: ['card'] };
  const paid = await stripe.paymentIntents.create({ ...order, customer: id, payment_method: method, confirm: true });
  assert.equal(paid.status, 'succeeded');
  const asking = await stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_threeDSecure2Required', confirm: true });
  assert.equal(asking.status, 'requires_action');
  assert.equal((await stripe.paymentIntents.cancel(asking.id, { cancellation_reason: 'abandoned' })).status, 'canceled');
  assert.ok((await stripe.paymentIntents.list({ customer: id })).data.some((it) => it.id === paid.id));
  assert.equal((await stripe.customers.listPaymentMethods(id)).data[0].id, method);
  assert.equal((await stripe.paymentMethods.detach(method)).customer, null);
  assert.equal((await stripe.customers.listPaymentMethods(id)).data.length, 0);
});

test('who subscribes has the features of the product', async () => {
  const feature = await stripe.entitlements.features.create({ lookup_key: 'archive', name: 'The archive' });
  await stripe.products.createFeature(monthly.product, { entitlement_feature: feature.id });
  const { id } = await customer();
  const made = await subscribe(id);
  const active = () => stripe.entitlements.activeEntitlements.list({ customer: id, expand: ['data.feature'] });
  assert.deepEqual((await active()).data.map((it) => it.feature.name), ['The archive']);
  const changed = (it) => it.type === 'entitlements.active_entitlement_summary.updated' && it.data.object.customer === id;
  await sink.event('the summary', changed);
  await stripe.subscriptions.cancel(made.id);
  assert.equal((await active()).data.length, 0);
});

test('a test clock goes on and arrives', async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_793_707_200, name: 'A clock' });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: 1_793_800_000 });
  await sink.event('its arrival', (it) => it.type === 'test_helpers.test_clock.ready' && it.data.object.id === clock.id);
  const there = await stripe.testHelpers.testClocks.retrieve(clock.id);
  assert.deepEqual([there.status, there.frozen_time], ['ready', 1_793_800_000]);
  assert.equal((await stripe.testHelpers.testClocks.del(clock.id)).deleted, true);
});
