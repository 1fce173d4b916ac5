// A lifecycle in Stripe's own Node SDK against `tollhouse sandbox`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { SECRET, clientOf, pay, startGateway, startSandbox, startSink } from './programs.mjs';

let sandbox, sink, stripe, price;

before(async () => {
  sink = await startSink();
  sandbox = await startSandbox(sink.url);
  stripe = clientOf(sandbox);
  const product = await stripe.products.create({ name: 'The paper', metadata: { kind: 'paper' } });
  price = await stripe.prices.create({
    product: product.id, currency: 'eur', unit_amount: 700, recurring: { interval: 'month' },
  });
});

after(async () => {
  await sandbox?.stop();
  await sink?.stop();
});

const order = (options) => stripe.checkout.sessions.create({
  mode: 'subscription', success_url: 'https://shop.example/?id={CHECKOUT_SESSION_ID}',
  line_items: [{ price: price.id, quantity: 1 }], ...options,
});

test('a subscription is bought, shown in the portal, canceled, resumed and ended', async () => {
  const customer = await stripe.customers.create({ email: 'ada@example.com', metadata: { a: '1' } });
  const session = await order({ customer: customer.id });
  assert.equal(session.status, 'open');
  const paid = await pay(session.url);
  assert.equal(paid.status, 303);
  assert.equal(paid.headers.get('location'), `https://shop.example/?id=${session.id}`);

  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['line_items.data.price.product', 'subscription.latest_invoice', 'customer'],
  });
  assert.equal(done.payment_status, 'paid');
  assert.equal(done.customer.email, 'ada@example.com');
  assert.equal(done.line_items.data[0].price.product.name, 'The paper');
  assert.equal(done.subscription.latest_invoice.status, 'paid');
  const id = done.subscription.id;

  const portal = await stripe.billingPortal.sessions.create({ customer: customer.id, return_url: 'https://shop.example/' });
  assert.equal((await fetch(portal.url)).status, 200);

  const later = await stripe.subscriptions.update(id, { cancel_at_period_end: true });
  assert.equal(later.cancel_at, later.items.data[0].current_period_end);
  const again = await stripe.subscriptions.update(id, { cancel_at_period_end: false });
  assert.equal(again.cancel_at, null);
  const ended = await stripe.subscriptions.cancel(id);
  assert.equal(ended.status, 'canceled');
  assert.equal((await stripe.subscriptions.list({ customer: customer.id })).data.length, 0);
  assert.equal((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data.length, 1);
  const gone = await stripe.customers.del(customer.id);
  assert.equal(gone.deleted, true);
  assert.equal((await stripe.customers.retrieve(customer.id)).deleted, true);
});

test('a code takes something off, and a session that is given up expires', async () => {
  const session = await order({ allow_promotion_codes: true });
  await pay(session.url, { promotion_code: 'WELCOME20' });
  assert.equal((await stripe.checkout.sessions.retrieve(session.id)).amount_total, 560);
  const open = await order();
  assert.equal((await stripe.checkout.sessions.expire(open.id)).status, 'expired');
  await assert.rejects(stripe.checkout.sessions.expire(open.id), Stripe.errors.StripeInvalidRequestError);
});

test('lists are paged both ways, and their elements expanded', async () => {
  const made = [];
  for (let number = 0; number < 7; number += 1) {
    made.push((await stripe.customers.create({ email: 'page@example.com', name: `${number}` })).id);
  }
  const newest = made.toReversed();
  const all = await stripe.customers.list({ email: 'page@example.com', limit: 3 }).autoPagingToArray({ limit: 100 });
  assert.deepEqual(all.map((it) => it.id), newest);
  const back = [];
  const before = { email: 'page@example.com', limit: 2, ending_before: newest.at(-1) };
  for await (const customer of stripe.customers.list(before)) back.push(customer.id);
  assert.deepEqual(back, newest.slice(0, -1).toReversed());
  const prices = await stripe.prices.list({ limit: 1, expand: ['data.product'] });
  assert.equal(prices.data[0].product.object, 'product');
});

test('each kind of refusal is the error that the SDK has for it', async () => {
  const { errors } = Stripe;
  const rows = [
    [() => stripe.customers.retrieve('cus_x'), errors.StripeInvalidRequestError, 404, 'resource_missing'],
    [() => stripe.customers.create({ colour: 'red' }), errors.StripeInvalidRequestError, 400, 'parameter_unknown'],
    [() => stripe.prices.create({ currency: 'eur' }), errors.StripeInvalidRequestError, 400, undefined],
    [() => stripe.customers.retrieve('cus_x', { expand: ['colour'] }), errors.StripeInvalidRequestError, 400, undefined],
    [() => clientOf(sandbox, 'sk_test_other').prices.list(), errors.StripeAuthenticationError, 401, undefined],
    [() => stripe.customers.search({ query: "email:'a@b.example'" }), errors.StripeInvalidRequestError, 400, undefined],
  ];
  for (const [call, kind, status, code] of rows) {
    const error = await call().then(() => assert.fail(`${call} was answered`), (error) => error);
    assert.ok(error instanceof kind, `${call}: ${error}`);
    assert.equal(error.statusCode, status, `${call}: ${error}`);
    if (code) assert.equal(error.code, code, `${call}: ${error}`);
    assert.match(error.requestId, /^req_/);
  }
});

test('limits and contradictions are refused in the words of Stripe', async () => {
  const notes = Object.fromEntries(Array.from({ length: 51 }, (_, number) => [`note${number}`, 'x']));
  const both = { product: price.product, product_data: { name: 'Tea' }, currency: 'eur', unit_amount: 5 };
  const elsewhere = { stripeAccount: 'acct_1' };
  const rows = [
    [() => stripe.customers.create({ metadata: notes }), "Metadata can have up to 50 keys, but you've set 51."],
    [() => stripe.customers.create({ metadata: { ['k'.repeat(41)]: 'x' } }), 'Metadata keys can have up to 40 characters'],
    [() => stripe.customers.create({ metadata: { a: 'x'.repeat(501) } }), 'Metadata values can have up to 500 characters'],
    [() => stripe.customers.create({ email: 'nobody' }), 'Invalid email address: nobody'],
    [() => stripe.customers.list({ starting_after: '' }), "You passed an empty string for 'starting_after'."],
    [() => stripe.customers.list({ limit: 101 }), 'This value must be less than or equal to 100.'],
    [() => stripe.products.create({ name: '' }), "You passed an empty string for 'name'."],
    [() => stripe.prices.create(both), 'You may only specify one of these parameters: product, product_data.'],
    [() => stripe.prices.create({ ...both, product_data: undefined, currency: 'xyz' }), 'Invalid currency: xyz.'],
    [() => stripe.paymentIntents.create({ amount: 49, currency: 'usd' }), 'Amount must be at least $0.50 usd'],
    [() => order({ locale: 'tlh' }), 'Invalid locale: must be one of auto'],
    [() => stripe.subscriptions.list({ expand: ['customer'] }), "You may want to try expanding 'data.customer' instead."],
    [() => stripe.subscriptions.list({ expand: ['data.items.data.price.product'] }), 'You cannot expand more than 4 levels'],
    [() => stripe.creditNotes.list(), 'The sandbox does not implement GET /v1/credit_notes'],
    [() => stripe.invoices.createPreview({ customer: 'cus_1' }), 'The sandbox does not implement POST /v1/invoices/create_preview'],
    [() => stripe.v2.core.eventDestinations.list(), 'The sandbox does not implement GET /v2/core/event_destinations'],
    [() => stripe.customers.list({}, elsewhere), "does not have access to account 'acct_1'"],
  ];
  for (const [call, message] of rows) {
    const error = await call().then(() => assert.fail(`${call} was answered`), (error) => error);
    assert.ok(error.message.includes(message), `${call}: ${error.message}`);
  }
});

test('what can be unset is, and what is absent stays', async () => {
  const customer = await stripe.customers.create({ name: 'Ada', phone: '1', metadata: { a: 1, b: true, c: null } });
  assert.deepEqual(customer.metadata, { a: '1', b: 'true' });
  const changed = await stripe.customers.update(customer.id, { name: '', metadata: { a: '' } });
  assert.deepEqual([changed.name, changed.phone, changed.metadata], [null, '1', { b: 'true' }]);
  assert.deepEqual((await stripe.customers.update(customer.id, { metadata: '' })).metadata, {});
});

test('a first payment is left to the page of the shop', async () => {
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id, items: [{ price: price.id }], payment_behavior: 'default_incomplete',
    expand: ['latest_invoice.confirmation_secret', 'latest_invoice.payments'],
  });
  assert.equal(subscription.status, 'incomplete');
  const [payment] = subscription.latest_invoice.payments.data;
  const intent = await stripe.paymentIntents.retrieve(payment.payment.payment_intent);
  assert.equal(subscription.latest_invoice.confirmation_secret.client_secret, intent.client_secret);
});

test('drafts are changed and given up', async () => {
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com' });
  const draft = await stripe.invoices.create({ customer, currency: 'eur', auto_advance: false });
  const item = await stripe.invoiceItems.create({ customer, invoice: draft.id, amount: 900, currency: 'eur' });
  await stripe.invoiceItems.update(item.id, { amount: 500 });
  assert.equal((await stripe.invoices.update(draft.id, { description: 'Tea' })).total, 500);
  assert.equal((await stripe.invoices.del(draft.id)).deleted, true);
  assert.equal((await stripe.invoiceItems.del(item.id)).deleted, true);
  await assert.rejects(stripe.invoices.retrieve(draft.id), Stripe.errors.StripeInvalidRequestError);
});

test('a key that is used again gives the same answer, and another call with it is refused', async () => {
  const create = (email) => stripe.customers.create({ email }, { idempotencyKey: 'once' });
  const first = await create('once@example.com');
  const again = await create('once@example.com');
  assert.equal(again.id, first.id);
  assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
  assert.equal(again.lastResponse.headers['original-request'], first.lastResponse.requestId);
  await assert.rejects(create('other@example.com'), Stripe.errors.StripeIdempotencyError);
  const elsewhere = stripe.products.create({ name: 'Tea' }, { idempotencyKey: 'once' });
  await assert.rejects(elsewhere, /for the same endpoint they were first used for/);
});

test('events are listed as they were posted, and their signatures hold', async () => {
  const customer = await stripe.customers.create({ name: 'Eve' });
  const posted = await sink.event('customer.created', (it) => it.data.object.id === customer.id);
  const event = stripe.webhooks.constructEvent(posted.body, posted.signature, SECRET);
  assert.equal(event.data.object.name, 'Eve');
  const listed = await stripe.events.list({ types: ['customer.created'], limit: 1 });
  assert.equal(listed.data[0].id, event.id);
  assert.deepEqual((await stripe.events.retrieve(event.id)).data, event.data);

  const check = (body, signature, secret) => assert.throws(
    () => stripe.webhooks.constructEvent(body, signature, secret),
    Stripe.errors.StripeSignatureVerificationError,
  );
  check(posted.body.replace('Eve', 'Ada'), posted.signature, SECRET);
  check(posted.body, posted.signature.replace(/v1=./, 'v1=z'), SECRET);
  check(posted.body, posted.signature.replace(/t=\d/, 't=9'), SECRET);
  check(posted.body, posted.signature, 'whsec_other');
});

test('an endpoint shows its secret once, and gets what it asked for', async () => {
  const own = await startSink();
  try {
    const endpoint = await stripe.webhookEndpoints.create({ url: own.url, enabled_events: ['product.created'] });
    assert.match(endpoint.secret, /^whsec_/);
    assert.equal((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret, undefined);
    await stripe.customers.create({ name: 'Nobody asked for this' });
    await stripe.products.create({ name: 'Tea' });
    const posted = await own.ofType('product.created');
    stripe.webhooks.constructEvent(posted.body, posted.signature, endpoint.secret);
    assert.equal(own.came.length, 1);
  } finally {
    await own.stop();
  }
});

test('the gateway takes what the SDK signs, and nothing that was changed after', async () => {
  const gateway = await startGateway(sandbox.url);
  try {
    const payload = JSON.stringify({
      id: 'evt_1', object: 'event', api_version: '2026-09-30.endive', created: 1, livemode: false,
      type: 'customer.subscription.updated',
      data: { object: { id: 'sub_1', object: 'subscription', customer: 'cus_1' } },
    });
    const now = Math.floor(Date.now() / 1000);
    const sign = (options) => stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, ...options });
    const rows = [
      ['as signed', payload, sign(), 200],
      ['once more', payload, sign(), 200],
      ['changed', payload.replace('cus_1', 'cus_2'), sign(), 400],
      ['another secret', payload, sign({ secret: 'whsec_other' }), 400],
      ['too old', payload, sign({ timestamp: now - 301 }), 400],
      ['another scheme', payload, sign({ scheme: 'v0' }), 400],
      ['no signature', payload, '', 400],
    ];
    for (const [what, body, signature, status] of rows) {
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature };
      const answer = await fetch(gateway.webhook, { method: 'POST', headers, body });
      assert.equal(answer.status, status, what);
    }
  } finally {
    await gateway.stop();
  }
});
