"""Refreshes `fixtures/`: runs the small programs under `tests/` against a recording server.

`tests/.venv/current/bin/python tests/capture/capture.py [folder]` after `tests/run` has installed everything;
CHROMIUM names the browser. What would name the machine is replaced:
the programs' folder becomes /srv/shop, Python's packages /srv/venv/lib/python3.11/site-packages, the host web-1.
"""

import gzip
import json
import os
import re
import site
import socket
import subprocess
import sys
import sysconfig
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
KEY = "0123456789abcdef0123456789abcdef"
PASSWORD = "correct horse battery staple"
WAIT_SECONDS = 10


class Recorder(BaseHTTPRequestHandler):
    """Answers like a Sentry server and keeps every body with the kinds of what is in it."""

    protocol_version = "HTTP/1.1"
    bodies = []

    def do_POST(self):
        body = self.chunks() if "chunked" in self.headers.get("Transfer-Encoding", "") else self.whole()
        encoding = self.headers.get("Content-Encoding")
        body = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(encoding, bytes)(body)
        endpoint = self.path.split("?")[0].strip("/").split("/")[-1]
        kinds = [header["type"] for header, _ in read_envelope(body)[1]] if endpoint == "envelope" else [endpoint]
        Recorder.bodies.append((kinds, body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b"{}")

    def whole(self):
        return self.rfile.read(int(self.headers["Content-Length"]))

    def chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *_):
        pass


def read_envelope(body):
    """Splits an envelope into its header and its (item header, payload) pairs."""
    head, _, rest = body.partition(b"\n")
    items = []
    while rest:
        line, _, rest = rest.partition(b"\n")
        header = json.loads(line)
        length = header.get("length", len(rest.split(b"\n", 1)[0]))
        items.append((header, rest[:length]))
        rest = rest[length + 1 :]
    return head, items


def anonymous(body):
    """The envelope without this machine's folders, host and address; lengths follow."""
    head, items = read_envelope(body)
    lines = [replace(head)]
    for header, payload in items:
        payload = replace(payload)
        if "length" in header:
            header["length"] = len(payload)
        lines += [json.dumps(header).encode(), payload]
    return b"\n".join(lines) + b"\n"


def replace(raw):
    """Replaces what names the machine, longest first so that no folder hides another."""
    folders = {
        str(TESTS / "node"): "/srv/shop",
        str(TESTS / "django"): "/srv/shop",
        str(TESTS / "python"): "/srv/shop",
        site.getsitepackages()[0]: "/srv/venv/lib/python3.11/site-packages",
        site.getsitepackages()[0].replace("/current/", "/previous/"): "/srv/venv/lib/python3.11/site-packages",
        sys.prefix: "/srv/venv",
        sysconfig.get_paths()["stdlib"]: "/usr/lib/python3.11",
        sys.base_prefix: "/usr",
        str(Path.home()): "/home/shop",
    }
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return raw
    for folder in sorted(folders, key=len, reverse=True):
        text = text.replace(folder, folders[folder])
    text = text.replace(f'"{socket.gethostname()}"', '"web-1"')
    text = re.sub(r'"kernel_version": ?"[^"]*"', '"kernel_version":"6.1.0"', text)
    return re.sub(r"(127\.0\.0\.1|localhost):\d+", "shop.example.com", text).encode()


def wait_for(condition, what):
    """Polls until the condition holds."""
    end = time.monotonic() + WAIT_SECONDS
    while not condition():
        if time.monotonic() > end:
            sys.exit(f"waited {WAIT_SECONDS} seconds for {what}")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Folder:
    """Where the envelopes of one SDK go."""

    def __init__(self, root, name):
        self.path = root / name
        self.path.mkdir(parents=True, exist_ok=True)

    def record(self, name, act, kind="event"):
        """Acts, waits for a request with an item of the kind, and saves it."""
        Recorder.bodies.clear()
        act()
        found = lambda: [body for kinds, body in Recorder.bodies if kind in kinds]
        wait_for(found, f"{kind} of {name}")
        is_envelope = self.path.parent.name == "envelopes"
        target = self.path / (f"{name}.envelope" if is_envelope else f"{name}.json")
        target.write_bytes(anonymous(found()[0]) if is_envelope else replace(found()[0]))
        print(f"{target.parent.name}/{target.name}: {target.stat().st_size} bytes")

    def record_all(self, kinds, command, folder, environment):
        """Runs a program once for each of its scenarios: (scenario, kind of item, name of the file)."""
        for scenario, kind, name in kinds:
            run = lambda: subprocess.run([*command, scenario], cwd=TESTS / folder, env=environment, stderr=subprocess.DEVNULL)
            self.record(name, run, kind)


def serve(command, folder, environment, requests):
    """Starts an application, waits for its port, makes the requests, stops it."""
    port = free_port()
    child = subprocess.Popen([*command, str(port)], cwd=folder, env=environment)
    try:
        wait_for(lambda: socket.socket().connect_ex(("127.0.0.1", port)) == 0, " ".join(command))
        requests(f"http://127.0.0.1:{port}")
    finally:
        child.terminate()
        child.wait()


def fetch(url, form=None, body=None, headers=None):
    """One request; an error status is an answer like any other. Returns the answer's cookies."""
    data = urllib.parse.urlencode(form).encode() if form else body
    request = urllib.request.Request(url, data=data, headers={"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)", **(headers or {})})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.headers.get("Set-Cookie", "").split(";")[0]
    except urllib.error.HTTPError:
        return ""


def django(root, environment):
    """The shop, once with the SDK's own masking and once without."""
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks"]
    sdk = version("sentry-sdk")

    def requests(folder):
        def run(url):
            session = fetch(f"{url}/", headers={"X-Customer": "42"})
            headers = {"X-Customer": "42", "Cookie": session, "Authorization": "Bearer 6f1ed002ab5595859014ebf0951522d9"}
            order = {"email": "customer-42@example.com", "password": PASSWORD, "card": "4111 1111 1111 1111"}
            folder.record("checkout", lambda: fetch(f"{url}/checkout/?step=pay", form=order, headers=headers))
            folder.record("logger-exception", lambda: fetch(f"{url}/stock/?article=saucer", headers=headers))
            folder.record("capture-message", lambda: fetch(f"{url}/newsletter/", headers=headers))
            folder.record("markup", lambda: fetch(f"{url}/review/", headers=headers))

        return run

    masked = Folder(root, f"python-django-{sdk}")
    open_ = Folder(root, f"python-django-unmasked-{sdk}")
    serve(command, TESTS / "django", environment, requests(masked))
    serve(command, TESTS / "django", {**environment, "SHOP_SDK_SCRUBS": "no"}, requests(open_))


def python(root, environment):
    """Flask, FastAPI and a plain script."""
    sdk = version("sentry-sdk")
    flask, fast, plain = (Folder(root, f"python-{name}-{sdk}") for name in ("flask", "fastapi", "plain"))
    quote = json.dumps({"article": "tea", "quantity": 3, "api_key": "ak-5f2c"}).encode()
    serve(
        [sys.executable, "flask_app.py"], TESTS / "python", environment,
        lambda url: flask.record("unhandled", lambda: fetch(f"{url}/posts/7?theme=dark")),
    )
    serve(
        [sys.executable, "fastapi_app.py"], TESTS / "python", environment,
        lambda url: fast.record("unhandled", lambda: fetch(f"{url}/quotes", body=quote, headers={"Content-Type": "application/json"})),
    )
    plain.record("excepthook", lambda: subprocess.run([sys.executable, "plain.py"], cwd=TESTS / "python", env=environment, stderr=subprocess.DEVNULL))


def python_kinds(root, environment):
    """What the SDK sends beside events."""
    folder = Folder(root, f"python-kinds-{version('sentry-sdk')}")
    kinds = [
        ("attachments", "attachment", "attachments"),
        ("before-send", "client_report", "client-report"),
        ("continuous-profile", "profile_chunk", "profile-chunk"),
        ("cron", "check_in", "check-in"),
        ("feedback", "feedback", "feedback"),
        ("feedback", "user_report", "user-report"),
        ("logs", "log", "logs"),
        ("metrics", "trace_metric", "metrics"),
        ("profile", "profile", "transaction-with-profile"),
        ("sessions", "session", "sessions-of-a-program"),
        ("span-streaming", "span", "spans"),
        ("tracing", "transaction", "transaction"),
    ]
    folder.record_all(kinds, [sys.executable, "report.py"], "python", environment)
    flask = lambda: serve([sys.executable, "flask_app.py"], TESTS / "python", environment, lambda url: fetch(f"{url}/posts/7"))
    # The SDK sends its sums once a minute and when the program ends.
    folder.record("session-aggregates", flask, "sessions")


def previous_python(root, environment):
    """The previous major of the SDK, and raven, which was before it; both in an environment of their own."""
    interpreter = TESTS / ".venv" / "previous" / "bin" / "python"
    folder = Folder(root, "python-1.45.1")
    folder.record_all([("cron", "check_in", "check-in"), ("tracing", "transaction", "transaction")], [interpreter, "report.py"], "python", environment)
    kinds = [("exception", "store", "exception"), ("message", "store", "message")]
    for name, program in (("python-1.45.1", "report.py"), ("raven-6.10.0", "legacy.py")):
        Folder(root.parent / "store", name).record_all(kinds, [interpreter, program], "python", environment)


def node_kinds(root, environment):
    """What the newest and the previous major of the Node SDK send beside events."""
    for package, tracing in (("@sentry/node", "span"), ("sentry-node-previous", "transaction")):
        manifest = TESTS / "node" / "node_modules" / package / "package.json"
        folder = Folder(root, f"node-kinds-{json.loads(manifest.read_text())['version']}")
        kinds = [
            ("attachments", "attachment", "attachments"),
            ("before-send", "client_report", "client-report"),
            ("cron", "check_in", "check-in"),
            ("feedback", "feedback", "feedback"),
            ("logs", "log", "logs"),
            ("metrics", "trace_metric", "metrics"),
            ("sessions", "session", "session"),
            ("tracing", tracing, f"{tracing}s" if tracing == "span" else tracing),
        ]
        folder.record_all(kinds, ["node", "report.js"], "node", {**environment, "SENTRY_SDK": package})


def node(root, environment):
    """The newest and the previous major of the Node SDK."""
    for package in ("@sentry/node", "sentry-node-previous"):
        manifest = TESTS / "node" / "node_modules" / package / "package.json"
        folder = Folder(root, f"node-{json.loads(manifest.read_text())['version']}")
        for name, scenario in (("error-with-cause", "error"), ("capture-message", "message"), ("unhandled-rejection", "rejection")):
            command = ["node", "shop.js", scenario]
            child = {**environment, "SENTRY_SDK": package}
            folder.record(name, lambda: subprocess.run(command, cwd=TESTS / "node", env=child, stderr=subprocess.DEVNULL))


def browser(root, environment):
    """The browser SDK in Chromium."""
    manifest = TESTS / "browser" / "node_modules" / "@sentry" / "browser" / "package.json"
    folder = Folder(root, f"browser-{json.loads(manifest.read_text())['version']}")
    child = {**environment, "CHROMIUM": os.environ.get("CHROMIUM", "/usr/bin/chromium")}
    kinds = [
        ("unhandled-error", "event", "unhandled-error"),
        ("unhandled-rejection", "event", "unhandled-rejection"),
        ("unhandled-error", "session", "session"),
        ("feedback", "feedback", "feedback-with-screenshot"),
        ("replay", "replay_event", "replay"),
        ("tracing", "span", "spans"),
    ]
    folder.record_all(kinds, ["node", "report.mjs"], "browser", child)
    major = subprocess.check_output([child["CHROMIUM"], "--version"], text=True).split()[1].split(".")[0]
    reports = Folder(root.parent / "reports", f"chromium-{major}")
    kinds = [("csp", "security", "csp-report"), ("csp-reporting-api", "security", "reporting-api")]
    reports.record_all(kinds, ["node", "report.mjs"], "browser", child)


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else TESTS.parent / "fixtures" / "envelopes"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {"PATH": os.environ["PATH"], "SENTRY_DSN": f"http://{KEY}@127.0.0.1:{server.server_port}/1"}
    django(root, environment)
    python(root, environment)
    python_kinds(root, environment)
    previous_python(root, environment)
    node(root, environment)
    node_kinds(root, environment)
    browser(root, environment)


main()
