// `stripe trigger` of Stripe's own command line against `tollhouse sandbox`: for each, the event
// arrives, signed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import Stripe from 'stripe';
import { KEY, SECRET, startSandbox, startSink } from './programs.mjs';

const shim = createRequire(import.meta.url).resolve('@stripe/cli/bin/shim.js');
let sandbox, sink, home;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'tollhouse-cli-'));
  sink = await startSink();
  sandbox = await startSandbox(sink.url);
});

after(async () => {
  await sandbox?.stop();
  await sink?.stop();
  rmSync(home, { recursive: true });
});

const TRIGGERS = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'customer.subscription.paused',
  'customer.subscription.trial_will_end',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.payment_action_required',
  'charge.refunded',
  'charge.dispute.created',
  'customer.deleted',
  'billing_portal.session.created',
  'test_helpers.test_clock.ready',
  'charge.dispute.closed',
  'charge.failed',
  'customer.updated',
  'invoice.deleted',
  'invoice.marked_uncollectible',
  'invoice.updated',
  'invoice.voided',
  'payment_intent.requires_action',
  'price.updated',
  'product.deleted',
];

// What the command line says to a command.
async function stripe(...command) {
  const env = {
    PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, STRIPE_API_KEY: KEY, STRIPE_CLI_TELEMETRY_OPTOUT: '1',
  };
  const args = [shim, ...command, '--api-base', sandbox.url];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env, timeout: 60_000 });
  return stdout;
}

for (const trigger of TRIGGERS) {
  test(trigger, async () => {
    sink.forget();
    await stripe('trigger', trigger);
    const posted = await sink.ofType(trigger);
    const event = new Stripe(KEY).webhooks.constructEvent(posted.body, posted.signature, SECRET);
    assert.equal(event.type, trigger);
  });
}

test('an event is sent again', async () => {
  const product = JSON.parse(await stripe('products', 'create', '--name', 'Tea'));
  const ofIt = (event) => event.data.object.id === product.id;
  const { id } = JSON.parse((await sink.event('product.created', ofIt)).body);
  sink.forget();
  await stripe('events', 'resend', id);
  await sink.event('the same event', (event) => event.id === id);
});

test('objects are listed, changed and deleted', async () => {
  const { id } = JSON.parse(await stripe('post', '/v1/customers', '-d', 'name=Ada', '-d', 'metadata[a]=1'));
  assert.equal(JSON.parse(await stripe('customers', 'list', '--limit', '1')).data[0].id, id);
  assert.deepEqual(JSON.parse(await stripe('get', id)).metadata, { a: '1' });
  assert.equal(JSON.parse(await stripe('delete', `/v1/customers/${id}`, '--confirm')).deleted, true);
  assert.match(await stripe('get', 'cus_nobody'), /No such customer: 'cus_nobody'/);
});
