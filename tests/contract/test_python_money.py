"""Money and trouble in Stripe's own Python SDK against `tollhouse sandbox`."""

import unittest

import stripe
from programs import SECRET, Sink, client, pay, press, sandbox

RESTRICTED = "rk_test_reader"


class Money(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sink = Sink()
        cls.addClassCleanup(cls.sink.stop)
        program, cls.url = sandbox(cls.sink.url, "--restricted-key", f"{RESTRICTED}=rak_plan_read")
        cls.addClassCleanup(program.stop)
        cls.v1 = client(cls.url).v1
        cls.product = cls.v1.products.create({"name": "The paper"}).id
        cls.course = cls.v1.prices.create({"product": cls.product, "currency": "eur", "unit_amount": 4900}).id
        monthly = {"product": cls.product, "currency": "eur", "unit_amount": 700, "recurring": {"interval": "month"}}
        cls.monthly = cls.v1.prices.create(monthly).id

    def sold(self, card="4242424242424242"):
        """A course that was bought with a card: its payment intent."""
        session = self.v1.checkout.sessions.create({
            "mode": "payment", "success_url": "https://shop.example/", "customer_creation": "always",
            "line_items": [{"price": self.course, "quantity": 1}],
        })
        self.assertEqual(pay(session.url, card_number=card)[0], 303)
        return self.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}).payment_intent

    def customer(self):
        """Somebody who is charged without being asked."""
        customer = self.v1.customers.create({"email": "ada@example.com"}).id
        method = self.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
        self.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
        return customer

    def test_a_payment_is_given_back_in_parts_and_never_more_than_was_paid(self):
        intent = self.sold()
        refunds = self.v1.refunds
        self.assertEqual(refunds.create({"payment_intent": intent.id, "amount": 900}).status, "succeeded")
        self.assertEqual(refunds.create({"charge": intent.latest_charge}).amount, 4000)
        charge = self.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]})
        self.assertEqual((charge.amount_refunded, charge.refunded, len(charge.refunds.data)), (4900, True, 2))
        with self.assertRaises(stripe.InvalidRequestError) as raised:
            refunds.create({"payment_intent": intent.id})
        self.assertEqual(raised.exception.code, "charge_already_refunded")

    def test_a_dispute_is_answered_and_lost(self):
        intent = self.sold("4000000000000259")
        dispute = self.v1.disputes.list({"payment_intent": intent.id}).data[0]
        self.assertEqual(dispute.status, "needs_response")
        noted = self.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Ada"}, "submit": False})
        self.assertEqual(noted.evidence.customer_name, "Ada")
        self.assertEqual(self.v1.disputes.close(dispute.id).status, "lost")

    def test_a_subscription_is_made_changed_paused_and_ended(self):
        subscriptions = self.v1.subscriptions
        made = subscriptions.create({"customer": self.customer(), "items": [{"price": self.monthly}]})
        self.assertEqual(made.status, "active")
        item = made["items"].data[0]
        changed = subscriptions.update(made.id, {"items": [{"id": item.id, "quantity": 2}]})
        self.assertEqual(changed["items"].data[0].quantity, 2)
        paused = subscriptions.update(made.id, {"pause_collection": {"behavior": "void"}})
        self.assertEqual(paused.pause_collection.behavior, "void")
        self.assertIsNone(subscriptions.update(made.id, {"pause_collection": ""}).pause_collection)
        at = item.current_period_end - 86_400
        self.assertEqual(subscriptions.update(made.id, {"cancel_at": at}).cancel_at, at)
        self.assertEqual(subscriptions.cancel(made.id).status, "canceled")

    def test_a_trial_without_a_card_pauses_and_is_resumed_with_one(self):
        customer = self.v1.customers.create({"email": "eve@example.com"}).id
        made = self.v1.subscriptions.create({
            "customer": customer, "items": [{"price": self.monthly}], "trial_period_days": 7,
            "trial_settings": {"end_behavior": {"missing_payment_method": "pause"}},
        })
        self.assertEqual(self.v1.subscriptions.update(made.id, {"trial_end": "now"}).status, "paused")
        method = self.v1.payment_methods.attach("pm_card_visa", {"customer": customer}).id
        self.v1.subscriptions.update(made.id, {"default_payment_method": method})
        self.assertEqual(self.v1.subscriptions.resume(made.id).status, "active")

    def test_an_invoice_is_written_paid_and_found_by_its_payment(self):
        customer = self.customer()
        self.v1.invoice_items.create({"customer": customer, "amount": 900, "currency": "eur"})
        draft = self.v1.invoices.create({"customer": customer, "pending_invoice_items_behavior": "include"})
        self.assertEqual(self.v1.invoices.line_items.list(draft.id).data[0].amount, 900)
        self.assertEqual(self.v1.invoices.pay(draft.id).status, "paid")
        payment = self.v1.invoice_payments.list({"invoice": draft.id}).data[0].payment
        by_payment = {"payment": {"type": "payment_intent", "payment_intent": payment.payment_intent}}
        self.assertEqual(self.v1.invoice_payments.list(by_payment).data[0].invoice, draft.id)

    def test_who_subscribes_has_the_features_of_the_product(self):
        feature = self.v1.entitlements.features.create({"lookup_key": "archive", "name": "The archive"})
        self.v1.products.features.create(self.product, {"entitlement_feature": feature.id})
        customer = self.customer()
        self.v1.subscriptions.create({"customer": customer, "items": [{"price": self.monthly}]})
        active = self.v1.entitlements.active_entitlements.list({"customer": customer})
        self.assertEqual([it.lookup_key for it in active.data], ["archive"])

    def test_a_test_clock_goes_on_and_arrives(self):
        clocks = self.v1.test_helpers.test_clocks
        clock = clocks.create({"frozen_time": 1_793_707_200})
        clocks.advance(clock.id, {"frozen_time": 1_793_800_000})
        arrived = lambda it: it["type"] == "test_helpers.test_clock.ready" and it["data"]["object"]["id"] == clock.id
        self.sink.event(arrived)
        self.assertEqual(clocks.retrieve(clock.id).frozen_time, 1_793_800_000)

    def fault(self, kind, times=1):
        press(self.url, "faults", kind=kind, times=times, method="POST", path="/v1/customers")

    def test_each_kind_of_trouble_is_the_error_that_the_sdk_has_for_it(self):
        order = {"amount": 500, "currency": "eur", "payment_method_types": ["card"], "confirm": True}
        declined = lambda: self.v1.payment_intents.create({**order, "payment_method": "pm_card_visa_chargeDeclined"})
        create = lambda: self.v1.customers.create({"email": "nobody@example.com"})
        rows = [
            (None, declined, stripe.CardError, 402, "card_declined"),
            (None, lambda: client(self.url, RESTRICTED).v1.customers.list(), stripe.PermissionError, 403, None),
            (None, lambda: client("http://127.0.0.1:9").v1.prices.list(), stripe.APIConnectionError, None, None),
            ("429", create, stripe.RateLimitError, 429, None),  # the SDK drops its code
            ("500", create, stripe.APIError, 500, None),
            ("reset", create, stripe.APIConnectionError, None, None),
            ("garbage", create, stripe.APIError, 502, None),
        ]
        for trouble, call, kind, status, code in rows:
            if trouble:
                self.fault(trouble)
            with self.subTest(kind=kind, trouble=trouble), self.assertRaises(kind) as raised:
                call()
            self.assertEqual((raised.exception.http_status, raised.exception.code), (status, code), trouble)
        self.assertEqual(self.v1.customers.list({"email": "nobody@example.com"}).data, [])

    def test_a_call_that_is_made_again_with_its_key_has_its_effect_once(self):
        patient = client(self.url, retries=3).v1.customers
        for trouble, times in [("500", 2), ("429", 1), ("reset", 2), ("reset-after", 2)]:
            email = f"{trouble}@example.com"
            self.fault(trouble, times)
            made = patient.create({"email": email})
            self.assertEqual([it.id for it in self.v1.customers.list({"email": email}).data], [made.id], trouble)

    def test_a_thin_event_is_read_and_fetched(self):
        sink = Sink()
        self.addCleanup(sink.stop)
        program, url = sandbox(sink.url, "--webhook-version", "thin")
        self.addCleanup(program.stop)
        thin = client(url)
        made = thin.v1.customers.create({"email": "thin@example.com"})
        body, signature = sink.event(lambda it: it["type"] == "v1.customer.created")
        read = thin.parse_event_notification(body, signature, SECRET)
        self.assertEqual((read.related_object.id, read.livemode), (made.id, False))
        self.assertEqual(read.fetch_related_object().email, "thin@example.com")
        self.assertEqual(read.fetch_event().id, read.id)
        self.assertEqual(thin.v2.core.events.retrieve(read.id).type, "v1.customer.created")
        with self.assertRaises(stripe.SignatureVerificationError):
            thin.parse_event_notification(body, signature, "whsec_other")

    def test_in_live_mode_all_is_live(self):
        sink = Sink()
        self.addCleanup(sink.stop)
        program, url = sandbox(sink.url, "--key", "sk_live_of_the_test")
        self.addCleanup(program.stop)
        with self.assertRaises(stripe.AuthenticationError):
            client(url).v1.prices.list()
        made = client(url, "sk_live_of_the_test").v1.customers.create({"name": "Live"})
        body, signature = sink.event(lambda it: it["type"] == "customer.created")
        event = client(url).construct_event(body, signature, SECRET)
        self.assertEqual((made.livemode, event.livemode, event.data.object.livemode), (True, True, True))


if __name__ == "__main__":
    unittest.main()
