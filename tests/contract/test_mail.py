"""Sign-in mails, carried by aiosmtpd: in the open, with STARTTLS, with TLS, with a password, and on its bad days."""

import email
import email.policy
import http.cookiejar
import os
import re
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse
import urllib.request

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from programs import PATIENCE, NoRedirect, free_port, gateway, sandbox

ADDRESS = "ada@example.com"
HERE = os.path.dirname(os.path.abspath(__file__))
CERTIFICATE, KEY = os.path.join(HERE, "mail-certificate.pem"), os.path.join(HERE, "mail-key.pem")


class Mailbox:
    """What the server does with mail: keeps it, after so many answers of another kind."""

    def __init__(self, first=()):
        self.first, self.mails, self.came = list(first), [], threading.Condition()

    async def handle_DATA(self, server, session, envelope):
        with self.came:
            self.came.notify_all()
            if self.first:
                return self.first.pop(0)
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append((envelope.rcpt_tos, mail, session.ssl is not None, bool(session.authenticated)))
            return "250 taken"

    def mail(self):
        with self.came:
            assert self.came.wait_for(lambda: self.mails, PATIENCE), "no mail came"
            return self.mails.pop()


def tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY)
    return context


class Browser:
    def __init__(self, site):
        self.site = site
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, NoRedirect)

    def submit(self, path, **fields):
        """Status and place of the answer."""
        form = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(self.site + path, form, {"Origin": self.site})
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, None
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.status, answer.headers["location"]


class SignInMail(unittest.TestCase):
    def setUp(self):
        self.stripe, self.stripe_url = sandbox("http://127.0.0.1:9/")
        self.addCleanup(self.stripe.stop)

    def carry(self, mailbox, scheme="smtp", user="", query="", named="localhost", **options):
        """A mail server, and a gateway that uses it, with a reader to write to: where it is."""
        port = free_port()
        server = Controller(mailbox, hostname="127.0.0.1", port=port, **options)
        server.start()
        self.addCleanup(server.stop)
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        folder = place.name
        mail = '[mail]\nfrom = "Marginal Weather <hello@weather.example>"\nsmtp = { env = "SMTP_URL" }\n'
        variables = {"SMTP_URL": f"{scheme}://{user}{named}:{port}{query}", "SSL_CERT_FILE": CERTIFICATE}
        program, webhook = gateway(self.stripe_url, folder, mail, variables)
        self.addCleanup(program.stop)
        grant = [os.environ["TOLLHOUSE"], "grant", ADDRESS, "basic"]
        subprocess.run(grant, cwd=folder, check=True, capture_output=True, timeout=PATIENCE)
        return webhook.removesuffix("/_tollhouse/stripe/webhook")

    def sign_in(self, mailbox, site):
        """Asks, and signs in by the code; returns whether STARTTLS went before the mail, and a password."""
        browser = Browser(site)
        self.assertEqual(
            browser.submit("/_tollhouse/sign-in", email=" ADA@Example.com", to="/essays/tide"),
            (303, "/_tollhouse/sign-in/code"),
        )
        to, mail, secret, signed = mailbox.mail()
        self.assertEqual((to, mail["to"]), ([ADDRESS], ADDRESS))
        self.assertEqual(mail["from"], "Marginal Weather <hello@weather.example>")
        text, page = (mail.get_body([kind]).get_content() for kind in ("plain", "html"))
        code = re.search(r"Your code: (\d{6})", text)[1]
        self.assertIn(code, mail["subject"])
        self.assertIn(re.search(r"http://\S+/_tollhouse/sign-in/[0-9a-f]{64}", text)[0], page)
        answer = browser.submit("/_tollhouse/sign-in/code", code=code)
        self.assertEqual(answer, (303, "/essays/tide"))
        return secret, signed

    def test_a_server_on_this_machine_is_spoken_to_in_the_open(self):
        mailbox = Mailbox()
        self.assertEqual(self.sign_in(mailbox, self.carry(mailbox)), (False, False))

    def test_a_server_with_tls_is_asked_who_it_is(self):
        mailbox = Mailbox()
        # It understands nothing else.
        self.sign_in(mailbox, self.carry(mailbox, "smtps", ssl_context=tls()))

    def test_a_server_with_starttls_hears_nothing_before_it(self):
        mailbox = Mailbox()
        options = {"tls_context": tls(), "require_starttls": True}
        secret, _ = self.sign_in(mailbox, self.carry(mailbox, query="?tls=required", **options))
        self.assertTrue(secret)

    def test_a_server_of_another_name_is_told_nothing(self):
        mailbox = Mailbox()
        site = self.carry(mailbox, "smtps", ssl_context=tls(), named="127.0.0.1")
        answer = Browser(site).submit("/_tollhouse/sign-in", email=ADDRESS)
        self.assertEqual(answer, (303, "/_tollhouse/sign-in/code"))
        with mailbox.came:
            self.assertFalse(mailbox.came.wait_for(lambda: mailbox.mails, 8))

    def test_a_server_that_wants_a_password_gets_it(self):
        def known(server, session, envelope, mechanism, data):
            return AuthResult(success=(data.login, data.password) == (b"ann", b"p@ss"))

        mailbox = Mailbox()
        options = {"ssl_context": tls(), "authenticator": known, "auth_required": True, "auth_require_tls": False}
        site = self.carry(mailbox, "smtps", "ann:p%40ss@", **options)
        _, signed = self.sign_in(mailbox, site)
        self.assertTrue(signed)

    def test_a_server_that_puts_off_gets_the_mail_later(self):
        mailbox = Mailbox(["451 come again", "421 too busy"])
        self.sign_in(mailbox, self.carry(mailbox))
        self.assertEqual(mailbox.first, [])

    def test_a_server_that_refuses_is_not_asked_again(self):
        mailbox = Mailbox(["550 no"])
        site = self.carry(mailbox)
        browser = Browser(site)
        began = time.monotonic()
        answer = browser.submit("/_tollhouse/sign-in", email=ADDRESS)
        self.assertEqual(answer, (303, "/_tollhouse/sign-in/code"))
        with mailbox.came:
            self.assertTrue(mailbox.came.wait_for(lambda: not mailbox.first, PATIENCE))
            # The first try again would be after five seconds.
            self.assertFalse(mailbox.came.wait_for(lambda: mailbox.mails, 8))
        self.assertLess(time.monotonic() - began, PATIENCE)


if __name__ == "__main__":
    unittest.main()
