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
];

for (const trigger of TRIGGERS) {
  test(trigger, async () => {
    sink.forget();
    const env = {
      PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, STRIPE_API_KEY: KEY, STRIPE_CLI_TELEMETRY_OPTOUT: '1',
    };
    const args = [shim, 'trigger', trigger, '--api-base', sandbox.url];
    await promisify(execFile)(process.execPath, args, { env, timeout: 60_000 });
    const posted = await sink.ofType(trigger);
    const event = new Stripe(KEY).webhooks.constructEvent(posted.body, posted.signature, SECRET);
    assert.equal(event.type, trigger);
  });
}
