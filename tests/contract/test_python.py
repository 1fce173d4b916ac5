"""A lifecycle in Stripe's own Python SDK against `tollhouse sandbox`."""

import json
import tempfile
import time
import unittest
import urllib.request

import stripe
from programs import PATIENCE, SECRET, Sink, client, gateway, pay, post, sandbox


class Lifecycle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sink = Sink()
        cls.addClassCleanup(cls.sink.stop)
        program, cls.url = sandbox(cls.sink.url)
        cls.addClassCleanup(program.stop)
        cls.stripe = client(cls.url)
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
            (lambda: client(self.url, "sk_test_other").v1.prices.list(), stripe.AuthenticationError, 401, None),
            (lambda: v1.customers.search({"query": "email:'a'"}), stripe.InvalidRequestError, 400, None),
            (lambda: v1.customers.create({"metadata": {"k" * 41: "x"}}), stripe.InvalidRequestError, 400, None),
            (lambda: v1.customers.list({"starting_after": ""}), stripe.InvalidRequestError, 400, "parameter_invalid_empty"),
            (lambda: v1.customers.list({}, {"stripe_account": "acct_1"}), stripe.PermissionError, 403, None),
            (lambda: v1.subscriptions.list({"expand": ["data.items.data.price.product"]}), stripe.InvalidRequestError,
             400, "property_expansion_max_depth"),
            (lambda: v1.payment_intents.create({"amount": 49, "currency": "usd"}), stripe.InvalidRequestError, 400,
             "amount_too_small"),
            (lambda: v1.credit_notes.list(), stripe.InvalidRequestError, 404, "not_in_sandbox"),
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

    def test_the_gateway_takes_what_the_sdk_signs_and_nothing_that_was_changed_after(self):
        folder = tempfile.TemporaryDirectory(prefix="tollhouse-contract-")
        self.addCleanup(folder.cleanup)
        program, webhook = gateway(self.url, folder.name)
        self.addCleanup(program.stop)
        body = json.dumps({
            "id": "evt_python", "object": "event", "api_version": "2026-09-30.endive", "created": 1, "livemode": False,
            "type": "customer.subscription.updated",
            "data": {"object": {"id": "sub_1", "object": "subscription", "customer": "cus_1"}},
        })
        now = int(time.time())
        sign = lambda secret=SECRET, **options: stripe.WebhookSignature.generate_signature_header(body, secret, **options)
        rows = [
            ("as signed", body, sign(), 200),
            ("once more", body, sign(), 200),
            ("changed", body.replace("cus_1", "cus_2"), sign(), 400),
            ("another secret", body, sign("whsec_other"), 400),
            ("too old", body, sign(timestamp=now - 301), 400),
            ("another scheme", body, sign().replace("v1=", "v0="), 400),
            ("no signature", body, "", 400),
        ]
        for what, sent, signature, status in rows:
            with self.subTest(what=what):
                headers = {"content-type": "application/json", "stripe-signature": signature}
                self.assertEqual(post(webhook, sent, headers), status)


if __name__ == "__main__":
    unittest.main()
