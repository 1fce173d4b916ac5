// What goes wrong between a client and Stripe, in Stripe's own Node SDK against `tollhouse sandbox`.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Stripe from 'stripe';
import { SECRET, clientOf, press, startSandbox, startSink } from './programs.mjs';

const { errors } = Stripe;
const RESTRICTED = 'rk_test_reader';
let sandbox, sink, stripe;

before(async () => {
  sink = await startSink();
  sandbox = await startSandbox(sink.url, '--restricted-key', `${RESTRICTED}=rak_plan_read`);
  stripe = clientOf(sandbox);
});

after(async () => {
  await sandbox?.stop();
  await sink?.stop();
});

// What goes wrong with the next calls that make a customer.
const fault = (kind, times = 1) => press(sandbox, 'faults', { kind, times, method: 'POST', path: '/v1/customers' });

const named = async (email) => (await stripe.customers.list({ email })).data;

test('each kind of trouble is the error that the SDK has for it', async () => {
  const order = { amount: 500, currency: 'eur', payment_method_types: ['card'], confirm: true };
  const declined = () => stripe.paymentIntents.create({ ...order, payment_method: 'pm_card_visa_chargeDeclinedInsufficientFunds' });
  const create = () => stripe.customers.create({ email: 'nobody@example.com' });
  const nowhere = () => clientOf({ port: 9 }).prices.list();
  const rows = [
    [declined, errors.StripeCardError, 402, 'card_declined'],
    [() => clientOf(sandbox, RESTRICTED).customers.list(), errors.StripePermissionError, 403, undefined],
    [create, errors.StripeRateLimitError, 429, 'rate_limit', '429'],
    [create, errors.StripeAPIError, 500, undefined, '500'],
    [create, errors.StripeAPIError, 502, undefined, 'garbage'],
    [nowhere, errors.StripeConnectionError, undefined, undefined],
  ];
  for (const [call, kind, status, code, trouble] of rows) {
    if (trouble) await fault(trouble);
    const error = await call().then(() => assert.fail(`${trouble ?? call} was answered`), (error) => error);
    assert.ok(error instanceof kind, `${trouble ?? call}: ${error.constructor.name} ${error}`);
    if (trouble !== 'garbage') assert.equal(error.statusCode, status, `${trouble ?? call}: ${error}`);
    assert.equal(error.code, code, `${trouble ?? call}: ${error}`);
  }
  const error = await declined().catch((error) => error);
  assert.equal(error.decline_code, 'insufficient_funds');
  assert.equal(error.payment_intent.status, 'requires_payment_method');
  assert.equal((await clientOf(sandbox, RESTRICTED).prices.list()).object, 'list');
  assert.equal((await named('nobody@example.com')).length, 0);
});

test('a call that is made again with its key has its effect once', async () => {
  const patient = clientOf(sandbox, undefined, { maxNetworkRetries: 3 });
  for (const [trouble, times] of [['500', 2], ['429', 1], ['reset', 2], ['reset-after', 2]]) {
    const email = `${trouble}@example.com`;
    await fault(trouble, times);
    const made = await patient.customers.create({ email });
    assert.deepEqual((await named(email)).map((it) => it.id), [made.id], trouble);
  }
  await fault('500-after');
  const late = patient.customers.create({ email: 'late@example.com' });
  await assert.rejects(late, errors.StripeAPIError, 'the key remembers the error');
  assert.equal((await named('late@example.com')).length, 1);
});

test('whoever uses a key that is in use waits for the first', async () => {
  await fault('slow');
  const create = (retries) => clientOf(sandbox, undefined, { maxNetworkRetries: retries })
    .customers.create({ email: 'twice@example.com' }, { idempotencyKey: 'twice' });
  const first = create(0);
  const pressed = await Promise.race([first.then(() => 'first'), create(0).catch((error) => error)]);
  assert.equal(pressed.statusCode, 409, `${pressed}`);
  assert.equal((await create(9)).id, (await first).id);
  assert.equal((await named('twice@example.com')).length, 1);
});

test('while a secret rolls both sign, and the old one still verifies', async () => {
  const [endpoint] = (await stripe.webhookEndpoints.list()).data;
  await press(sandbox, 'webhooks', { roll: endpoint.id });
  const { id } = await stripe.customers.create({ name: 'Rolling' });
  const posted = await sink.event('customer.created', (it) => it.data.object.id === id);
  assert.equal(posted.signature.match(/v1=/g).length, 2, posted.signature);
  assert.equal(stripe.webhooks.constructEvent(posted.body, posted.signature, SECRET).data.object.id, id);
});

test('a thin event is read, fetched, and leads to its object', async () => {
  const own = await startSink();
  const thin = await startSandbox(own.url, '--webhook-version', 'thin');
  try {
    const stripe = clientOf(thin);
    const made = await stripe.customers.create({ email: 'thin@example.com' });
    await stripe.customers.update(made.id, { name: 'Thin' });
    const posted = await own.ofType('v1.customer.created');
    const read = stripe.parseEventNotification(posted.body, posted.signature, SECRET);
    assert.deepEqual([read.related_object.id, read.livemode], [made.id, false]);
    assert.equal((await read.fetchRelatedObject()).name, 'Thin');
    const fetched = await read.fetchEvent();
    assert.deepEqual([fetched.id, fetched.type, fetched.reason.type], [read.id, 'v1.customer.created', 'request']);
    assert.equal((await stripe.v2.core.events.retrieve(read.id)).snapshot_event, fetched.snapshot_event);
    assert.equal((await stripe.events.retrieve(fetched.snapshot_event)).data.object.id, made.id);
    const listed = await stripe.v2.core.events.list({ object_id: made.id, limit: 1 }).autoPagingToArray({ limit: 10 });
    assert.deepEqual(listed.map((it) => it.type), ['v1.customer.updated', 'v1.customer.created']);
    const wrong = () => stripe.parseEventNotification(posted.body, posted.signature, 'whsec_other');
    assert.throws(wrong, errors.StripeSignatureVerificationError);
    await assert.rejects(stripe.v2.core.events.retrieve('evt_test_x'), (error) => error.statusCode === 404);
  } finally {
    await thin.stop();
    await own.stop();
  }
});

test('in live mode all is live, and a test key is refused', async () => {
  const own = await startSink();
  const live = await startSandbox(own.url, '--key', 'sk_live_of_the_test');
  try {
    await assert.rejects(clientOf(live).prices.list(), errors.StripeAuthenticationError);
    const made = await clientOf(live, 'sk_live_of_the_test').customers.create({ name: 'Live' });
    assert.equal(made.livemode, true);
    const posted = await own.ofType('customer.created');
    const event = stripe.webhooks.constructEvent(posted.body, posted.signature, SECRET);
    assert.deepEqual([event.livemode, event.data.object.livemode], [true, true]);
  } finally {
    await live.stop();
    await own.stop();
  }
});
