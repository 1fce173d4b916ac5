"""The built program as the tests' other side, and a receiver of webhooks. TOLLHOUSE names the binary."""

import http.server
import json
import os
import re
import socket
import subprocess
import threading
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


def sandbox(webhook, *flags):
    """A simulated Stripe on a free port, which posts its events to `webhook`: it, and its address."""
    arguments = ["sandbox", "--listen", "127.0.0.1:0", "--webhook", webhook, "--webhook-secret", SECRET, *flags]
    program = Program(arguments, "Ctrl-C ends it")
    return program, re.search(r"http://127\.0\.0\.1:\d+", program.said)[0]


def client(url, key=KEY, retries=0):
    return stripe.StripeClient(key, base_addresses={"api": url}, max_network_retries=retries)


def press(url, form, **fields):
    """Presses a button of the sandbox's dashboard, as a browser does."""
    request = urllib.request.Request(
        f"{url}/dashboard/{form}", urllib.parse.urlencode(fields).encode(), {"origin": url}
    )
    urllib.request.build_opener().open(request, timeout=PATIENCE).close()


CONFIGURATION = """
version = 1
[site]
name = "Marginal Weather"
url = "http://127.0.0.1:{port}"
listen = "127.0.0.1:{port}"
origin = "http://127.0.0.1:9"
contact = "hello@weather.example"
[stripe]
secret_key = {{ env = "STRIPE_SECRET_KEY" }}
webhook_secret = {{ env = "STRIPE_WEBHOOK_SECRET" }}
api_base = "{stripe}"
[plans.basic]
title = "Basic"
prices = [{{ id = "price_basic", every = "month", shown = "$9 a month" }}]
[[gate]]
paths = ["/essays/**"]
plans = ["basic"]
"""


def free_port():
    """A port that must be known before somebody listens on it: it is taken and given back."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def gateway(stripe_url, folder, more="", variables={}):
    """The gateway itself, with more in its configuration: it, and where its webhooks go."""
    port = free_port()
    with open(os.path.join(folder, "config.toml"), "w", encoding="utf-8") as file:
        file.write(CONFIGURATION.format(port=port, stripe=stripe_url) + more)
    secrets = {"STRIPE_SECRET_KEY": KEY, "STRIPE_WEBHOOK_SECRET": SECRET, **variables}
    program = Program(
        ["run"], "listening on http", speaks="stderr", cwd=folder, env={**os.environ, **secrets}
    )
    return program, f"http://127.0.0.1:{port}/_tollhouse/stripe/webhook"


def post(url, body, headers):
    """The status of the answer."""
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code
