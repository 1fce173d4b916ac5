// The built program as the tests' other side, and a receiver of webhooks. TOLLHOUSE names the binary.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';

export const SECRET = 'whsec_of_the_test';
export const KEY = 'sk_test_sandbox';
const PATIENCE = 60_000; // a first start on a busy machine

// Starts `tollhouse ARGUMENTS…`; returns when it has said what is waited for.
async function start(args, { env = {}, cwd, speaks, ready }) {
  const child = spawn(process.env.TOLLHOUSE, args, { cwd, env: { ...process.env, ...env } });
  let said = '';
  const failed = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  const speaking = new Promise((resolve, reject) => {
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (text) => {
        said += text;
        if (name === speaks && ready.test(said)) resolve(said);
      });
    }
    child.on('exit', () => reject(new Error(`tollhouse ${args.join(' ')} ended:\n${said}`)));
    child.on('error', reject);
  });
  await speaking.finally(() => clearTimeout(failed));
  const stop = async () => {
    if (child.exitCode !== null) return;
    const ended = once(child, 'exit');
    const tooLong = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(tooLong);
  };
  return { said, stop };
}

// A sandbox on a free port, which posts its events to `webhook`; with further flags.
export async function startSandbox(webhook, ...flags) {
  const args = ['sandbox', '--listen', '127.0.0.1:0', '--webhook', webhook, '--webhook-secret', SECRET, ...flags];
  const program = await start(args, { speaks: 'stdout', ready: /Ctrl-C ends it/ });
  const url = program.said.match(/http:\/\/127\.0\.0\.1:\d+/)[0];
  return { url, port: new URL(url).port, stop: program.stop };
}

// The gateway itself, in a folder of its own.
export async function startGateway(stripe) {
  const folder = mkdtempSync(join(tmpdir(), 'tollhouse-contract-'));
  const port = await freePort();
  writeFileSync(join(folder, 'config.toml'), `
version = 1
[site]
name = "Marginal Weather"
url = "http://127.0.0.1:${port}"
listen = "127.0.0.1:${port}"
origin = "http://127.0.0.1:9"
contact = "hello@weather.example"
[stripe]
secret_key = { env = "STRIPE_SECRET_KEY" }
webhook_secret = { env = "STRIPE_WEBHOOK_SECRET" }
api_base = "${stripe}"
[plans.basic]
title = "Basic"
prices = [{ id = "price_basic", every = "month", shown = "$9 a month" }]
[[gate]]
paths = ["/essays/**"]
plans = ["basic"]
`);
  const env = { STRIPE_SECRET_KEY: KEY, STRIPE_WEBHOOK_SECRET: SECRET };
  const program = await start(['run'], { cwd: folder, env, speaks: 'stderr', ready: /listening on http/ });
  const stop = async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  };
  return { webhook: `http://127.0.0.1:${port}/_tollhouse/stripe/webhook`, stop };
}

// The public address must be known before the start, so a port is taken and given back.
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// A receiver of webhooks that keeps what came: the very bytes, and the signature.
export async function startSink() {
  const came = [];
  const waiting = new Set();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    response.end();
    came.push({ body: Buffer.concat(chunks).toString(), signature: request.headers['stripe-signature'] });
    waiting.forEach((look) => look());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  // The next event that fits; it may have come already.
  const event = (what, fits) => new Promise((resolve, reject) => {
    const tooLate = setTimeout(() => {
      waiting.delete(look);
      const types = came.map((it) => JSON.parse(it.body).type);
      reject(new Error(`${what} did not come within 60 s; what came: ${types.join(', ')}`));
    }, 60_000); // a bank debit takes 30 s to settle
    const look = () => {
      const found = came.find((it) => fits(JSON.parse(it.body)));
      if (!found) return;
      clearTimeout(tooLate);
      waiting.delete(look);
      resolve(found);
    };
    waiting.add(look);
    look();
  });
  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/hooks`, came, event, stop,
    ofType: (type) => event(type, (it) => it.type === type),
    forget: () => came.splice(0),
  };
}

// Fills in the checkout page, as a browser does.
export async function pay(checkout, fields) {
  const body = new URLSearchParams({ action: 'pay', email: 'ada@example.com', card_number: '4242424242424242', ...fields });
  return fetch(checkout, { method: 'POST', body, redirect: 'manual' });
}

// A client of the SDK for a sandbox.
export function clientOf(sandbox, key = KEY, options) {
  return new Stripe(key, {
    host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false, ...options,
  });
}

// Presses a button of the sandbox's dashboard, as a browser does.
export async function press(sandbox, form, fields) {
  const headers = { origin: sandbox.url };
  const body = new URLSearchParams(fields);
  const options = { method: 'POST', headers, body, redirect: 'manual' };
  const answer = await fetch(`${sandbox.url}/dashboard/${form}`, options);
  assert.equal(answer.status, 303, `${form}: ${await answer.text()}`);
}
