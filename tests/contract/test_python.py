"""A lifecycle in Stripe's own Python SDK against `tollhouse sandbox`. TOLLHOUSE names the binary."""

import http.server
import json
import os
import re
import subprocess
import threading
import unittest
import urllib.error
import urllib.parse
import urllib.request

import stripe

SECRET = "whsec_of_the_test"
KEY = "sk_test_sandbox"
PATIENCE = 60  # seconds; a first start on a busy machine


class Program:
    """`tollhouse …`, from the line that says it is ready until `stop`."""

    def __init__(self, arguments, ready, speaks="stdout", **options):
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, speaks: subprocess.PIPE}
        command = [os.environ["TOLLHOUSE"], *arguments]
        self.process = subprocess.Popen(command, text=True, **pipes, **options)
        lines = getattr(self.process, speaks)
        too_long = threading.Timer(PATIENCE, self.process.kill)
        too_long.start()
        self.said = ""
        while ready not in self.said:
            line = lines.readline()
            assert line, f"it ended before it was ready:\n{self.said}"
            self.said += line
        too_long.cancel()
        # Whoever does not read on stops a program that has more to say.
        self.reader = threading.Thread(target=lines.read, daemon=True)
        self.reader.start()

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join()
        (self.process.stdout or self.process.stderr).close()


class Sink:
    """A receiver of webhooks that keeps the very bytes, and the signature."""

    def __init__(self):
        came = self.came = []
        arrived = self.arrived = threading.Condition()

        class Receive(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
                with arrived:
                    came.append((body.decode(), self.headers["stripe-signature"]))
                    arrived.notify_all()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receive)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def event(self, fits):
        find = lambda: next((it for it in self.came if fits(json.loads(it[0]))), None)
        with self.arrived:
            assert self.arrived.wait_for(find, 30), f"it did not come; what came: {self.came}"
            return find()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def pay(checkout, **fields):
    """Fills in the checkout page, as a browser does: where it leads."""
    form = {"action": "pay", "email": "ada@example.com", "card_number": "4242424242424242", **fields}
    opener = urllib.request.build_opener(NoRedirect)
    try:
        opener.open(checkout, urllib.parse.urlencode(form).encode(), timeout=PATIENCE)
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.status, answer.headers["location"]
    raise AssertionError("the page was shown again")


def client(key=KEY):
    return stripe.StripeClient(key, base_addresses={"api": Lifecycle.url}, max_network_retries=0)


class Lifecycle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sink = Sink()
        cls.addClassCleanup(cls.sink.stop)
        arguments = ["sandbox", "--listen", "127.0.0.1:0", "--webhook", cls.sink.url, "--webhook-secret", SECRET]
        sandbox = Program(arguments, "Ctrl-C ends it")
        cls.addClassCleanup(sandbox.stop)
        cls.url = re.search(r"http://127\.0\.0\.1:\d+", sandbox.said)[0]
        cls.stripe = client()
        product = cls.stripe.v1.products.create({"name": "The paper"})
        cls.price = cls.stripe.v1.prices.create({
            "product": product.id, "currency": "eur", "unit_amount": 700, "recurring": {"interval": "month"},
        })

    def order(self, **options):
        return self.stripe.v1.checkout.sessions.create({
            "mode": "subscription", "success_url": "https://shop.example/?id={CHECKOUT_SESSION_ID}",
            "line_items": [{"price": self.price.id, "quantity": 1}], **options,
        })

    def test_a_subscription_is_bought_canceled_resumed_and_ended(self):
        customer = self.stripe.v1.customers.create({"email": "ada@example.com", "metadata": {"a": "1"}})
        session = self.order(customer=customer.id)
        self.assertEqual(pay(session.url), (303, f"https://shop.example/?id={session.id}"))
        expand = {"expand": ["line_items.data.price.product", "subscription.latest_invoice", "customer"]}
        done = self.stripe.v1.checkout.sessions.retrieve(session.id, expand)
        self.assertEqual((done.payment_status, done.customer.email), ("paid", "ada@example.com"))
        self.assertEqual(done.line_items.data[0].price.product.name, "The paper")
        self.assertEqual(done.subscription.latest_invoice.status, "paid")
        portal = self.stripe.v1.billing_portal.sessions.create({"customer": customer.id})
        with urllib.request.urlopen(portal.url, timeout=PATIENCE) as page:
            self.assertEqual(page.status, 200)
        subscriptions = self.stripe.v1.subscriptions
        later = subscriptions.update(done.subscription.id, {"cancel_at_period_end": True})
        self.assertEqual(later.cancel_at, later["items"].data[0].current_period_end)
        self.assertIsNone(subscriptions.update(later.id, {"cancel_at_period_end": False}).cancel_at)
        self.assertEqual(subscriptions.cancel(later.id).status, "canceled")
        self.assertEqual(len(subscriptions.list({"customer": customer.id}).data), 0)
        self.assertEqual(len(subscriptions.list({"customer": customer.id, "status": "all"}).data), 1)
        self.assertTrue(self.stripe.v1.customers.delete(customer.id).deleted)
        self.assertTrue(self.stripe.v1.customers.retrieve(customer.id).deleted)

    def test_lists_are_paged_both_ways(self):
        customers = self.stripe.v1.customers
        made = [customers.create({"email": "page@example.com"}).id for _ in range(7)]
        newest = made[::-1]
        everybody = customers.list({"email": "page@example.com", "limit": 3}).auto_paging_iter()
        self.assertEqual([it.id for it in everybody], newest)
        before = {"email": "page@example.com", "limit": 2, "ending_before": newest[-1]}
        self.assertEqual([it.id for it in customers.list(before).auto_paging_iter()], newest[:-1][::-1])
        prices = self.stripe.v1.prices.list({"limit": 1, "expand": ["data.product"]})
        self.assertEqual(prices.data[0].product.object, "product")

    def test_each_kind_of_refusal_is_the_error_that_the_sdk_has_for_it(self):
        v1 = self.stripe.v1
        rows = [
            (lambda: v1.customers.retrieve("cus_x"), stripe.InvalidRequestError, 404, "resource_missing"),
            (lambda: v1.customers.create({"colour": "red"}), stripe.InvalidRequestError, 400, "parameter_unknown"),
            (lambda: client("sk_test_other").v1.prices.list(), stripe.AuthenticationError, 401, None),
            (lambda: v1.customers.search({"query": "email:'a'"}), stripe.InvalidRequestError, 400, None),
        ]
        for call, kind, status, code in rows:
            with self.subTest(kind=kind, status=status), self.assertRaises(kind) as raised:
                call()
            self.assertEqual(raised.exception.http_status, status)
            if code:
                self.assertEqual(raised.exception.code, code)
            self.assertRegex(raised.exception.request_id, "^req_")

    def test_a_key_that_is_used_again_gives_the_same_answer(self):
        create = lambda email: self.stripe.v1.customers.create({"email": email}, {"idempotency_key": "python"})
        first, again = create("once@example.com"), create("once@example.com")
        self.assertEqual(first.id, again.id)
        self.assertEqual(again.last_response.headers["idempotent-replayed"], "true")
        with self.assertRaises(stripe.IdempotencyError):
            create("other@example.com")

    def test_signatures_of_posted_events_hold(self):
        customer = self.stripe.v1.customers.create({"name": "Eve"})
        made = lambda it: it["type"] == "customer.created" and it["data"]["object"]["id"] == customer.id
        body, signature = self.sink.event(made)
        event = self.stripe.construct_event(body, signature, SECRET)
        self.assertEqual(event.data.object.name, "Eve")
        self.assertEqual(self.stripe.v1.events.list({"types": ["customer.created"], "limit": 1}).data[0].id, event.id)
        rows = [
            (body.replace("Eve", "Ada"), signature, SECRET),
            (body, signature.replace("v1=", "v1=0"), SECRET),
            (body, signature.replace("t=", "t=9"), SECRET),
            (body, signature, "whsec_other"),
        ]
        for row in rows:
            with self.subTest(row=row[1:]), self.assertRaises(stripe.SignatureVerificationError):
                self.stripe.construct_event(*row)


if __name__ == "__main__":
    unittest.main()
