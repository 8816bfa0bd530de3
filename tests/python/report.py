"""Uses one feature of the Python SDK and ends: `python report.py SCENARIO`.

SENTRY_DSN says where to; the functions marked with `@scenario` are what there is. Serves the previous major too.
"""

import base64
import json
import logging
import os
import sys
import time

import sentry_sdk
from sentry_sdk.envelope import Envelope, Item, PayloadRef

SCENARIOS = {}
IS_CURRENT = hasattr(sentry_sdk, "new_scope")
# A picture of one red pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)


def scenario(function):
    """Names a function after itself, with dashes."""
    SCENARIOS[function.__name__.replace("_", "-")] = function
    return function


def start(**options):
    """Starts the SDK as a nightly job would."""
    sentry_sdk.init(release="nightly@17.1.0", environment="batch", server_name="batch-1", **options)
    sentry_sdk.set_tag("job", "invoice-run")


def client():
    """The SDK's client; the previous major keeps it in its hub."""
    return sentry_sdk.get_client() if IS_CURRENT else sentry_sdk.Hub.current.client


def new_scope():
    """A scope for one event."""
    return sentry_sdk.new_scope() if IS_CURRENT else sentry_sdk.push_scope()


def span(op, name):
    """A span, whose name the previous major calls a description."""
    return sentry_sdk.start_span(op=op, **{"name" if IS_CURRENT else "description": name})


def send(kind, document):
    """Sends one item in an envelope of its own, for what the SDK has no function of its own for."""
    envelope = Envelope()
    envelope.add_item(Item(payload=PayloadRef(json=document), type=kind))
    client().transport.capture_envelope(envelope)


@scenario
def message():
    """A message, which every version of the SDK can send."""
    start()
    sentry_sdk.capture_message("invoice run took 512 seconds", level="warning")


@scenario
def exception():
    """An exception with locals and a breadcrumb."""
    start()
    sentry_sdk.add_breadcrumb(category="invoice", message="invoice 4711 opened", level="info")
    amounts = {"4711": "n/a"}
    try:
        int(amounts["4711"])
    except ValueError as error:
        sentry_sdk.capture_exception(error)


@scenario
def logging_module():
    """What the standard library's logging says: infos are breadcrumbs, errors are events."""
    start()
    logging.basicConfig(level=logging.INFO)
    logger = logging.getLogger("invoices.run")
    logger.info("opened invoice %s", 4711)
    logger.error("invoice %s has no amount", 4711, extra={"invoice": 4711, "currency": "EUR"})
    try:
        raise TimeoutError("the printer did not answer")
    except TimeoutError:
        logger.exception("cannot print invoice %s", 4711)


@scenario
def cron():
    """A job under the monitor decorator, once well and once failing."""
    start()
    schedule = {"schedule": {"type": "crontab", "value": "0 3 * * *"}, "checkin_margin": 5, "max_runtime": 30}

    @sentry_sdk.crons.monitor(monitor_slug="nightly-invoices", monitor_config=schedule)
    def nightly(fail):
        if fail:
            raise RuntimeError("the printer is out of paper")

    nightly(fail=False)
    try:
        nightly(fail=True)
    except RuntimeError as error:
        sentry_sdk.capture_exception(error)


@scenario
def attachments():
    """A message with a text, a picture and a file from disk (the working directory is this folder)."""
    start()
    with new_scope() as scope:
        scope.add_attachment(bytes=b"line 1\nline 2\n", filename="run.log", content_type="text/plain")
        scope.add_attachment(bytes=PIXEL, filename="receipt.png")
        scope.add_attachment(path="requirements.txt")
        sentry_sdk.capture_message("receipt printed badly")


@scenario
def feedback():
    """What a user says, about an event and by itself, in the new and in the old form."""
    start()
    event_id = sentry_sdk.capture_message("checkout page went blank")
    words = {"message": "The page went blank.", "contact_email": "mia@example.com", "name": "Mia", "associated_event_id": event_id, "url": "https://shop.example.com/pay"}
    send("feedback", {"event_id": "5" * 32, "timestamp": time.time(), "platform": "python", "contexts": {"feedback": words}})
    send("user_report", {"event_id": event_id, "name": "Noah", "email": "noah@example.com", "comments": "It crashed again."})


@scenario
def sessions():
    """Three sessions of a program: one well, one with an error, one that crashed."""
    start(auto_session_tracking=True)
    for end in ("exited", "errored", "crashed"):
        with sentry_sdk.isolation_scope() as scope:
            scope.set_user({"id": f"user-{end}"})
            scope.start_session(session_mode="application")
            if end == "errored":
                scope.capture_exception(ValueError("one page could not be read"))
            scope._session.update(status="crashed" if end == "crashed" else None)
            scope.end_session()


@scenario
def tracing():
    """A transaction with two spans, and an error inside its trace."""
    # By default the SDK may count its own request of the error among the spans, when the two meet.
    start(traces_sample_rate=1.0, default_integrations=False)
    with sentry_sdk.start_transaction(name="invoice-run", op="task"):
        with span("db.query", "select invoices"):
            time.sleep(0.002)
        with span("file.write", "write pdf"):
            sentry_sdk.capture_message("invoice without a customer", level="error")


@scenario
def span_streaming():
    """Spans sent by themselves instead of inside a transaction."""
    start(traces_sample_rate=1.0, trace_lifecycle="stream")
    with sentry_sdk.traces.start_span(name="invoice-run"):
        with sentry_sdk.traces.start_span(name="select invoices"):
            time.sleep(0.002)


def burn(seconds):
    """Keeps the processor busy, so that a profiler sees something."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        sum(number * number for number in range(500))


@scenario
def profile():
    """A transaction with a profile of its own (sample format 1)."""
    start(traces_sample_rate=1.0, profiles_sample_rate=1.0)
    with sentry_sdk.start_transaction(name="invoice-run", op="task"):
        burn(0.2)


@scenario
def continuous_profile():
    """A profile that is independent of transactions (sample format 2)."""
    start(traces_sample_rate=1.0, profile_session_sample_rate=1.0, profile_lifecycle="manual")
    sentry_sdk.profiler.start_profiler()
    with sentry_sdk.start_transaction(name="invoice-run", op="task"):
        burn(0.2)
    sentry_sdk.profiler.stop_profiler()
    time.sleep(0.2)


@scenario
def logs():
    """Three structured log lines."""
    start(enable_logs=True)
    sentry_sdk.logger.info("opened invoice {number}", number=4711)
    sentry_sdk.logger.warning("invoice {number} is late", number=4712)
    sentry_sdk.logger.error("invoice {number} is lost", number=4713)


@scenario
def metrics():
    """A counter, a gauge and a distribution."""
    start()
    sentry_sdk.metrics.count("invoices.printed", 3)
    sentry_sdk.metrics.gauge("printer.queue", 12)
    sentry_sdk.metrics.distribution("invoice.render", 187.5, unit="millisecond")


@scenario
def before_send():
    """Two messages, one of which the program's own hook drops; the SDK reports the loss."""

    def hook(event, _hint):
        return None if "secret" in event["message"] else event

    start(before_send=hook)
    sentry_sdk.capture_message("a secret message")
    sentry_sdk.capture_message("a public message")


@scenario
def rate_limit():
    """Sends until it is told to stop, once more while it must be silent, and again after the pause.

    SENTRY_PAUSE is how many seconds the server's window lasts. Prints what the SDK did as one line of JSON.
    """
    statuses = []
    start()
    transport = client().transport
    send_request = transport._send_request
    respond = transport._handle_response

    def listening(body, headers, endpoint_type, envelope):
        # Reports of what was dropped go on while events are limited.
        if any(item.type == "event" for item in envelope.items):
            transport._handle_response = lambda response, **named: (statuses.append(response.status), respond(response, **named))
        try:
            send_request(body, headers, endpoint_type, envelope)
        finally:
            transport._handle_response = respond

    transport._send_request = listening

    def say(text, times):
        """Returns how the server answered the events among what the SDK sent."""
        statuses.clear()
        for number in range(times):
            sentry_sdk.capture_message(f"{text} {number}")
            sentry_sdk.flush()
        return list(statuses)

    # The window begins on a multiple of its length: start early in one, so that it is not over too soon.
    pause = float(os.environ["SENTRY_PAUSE"])
    time.sleep(pause - time.time() % pause)
    before = say("before the limit", 3)
    while_limited = say("while limited", 5)
    time.sleep(pause)
    after = say("after the window", 1)
    print(json.dumps({"before": before, "while_limited": while_limited, "after": after}))


def main():
    """Runs the scenario that the command line names and waits until everything is sent."""
    SCENARIOS[sys.argv[1]]()
    sentry_sdk.flush(timeout=5)
    client().close(timeout=5)


if __name__ == "__main__":
    main()
