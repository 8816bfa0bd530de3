"""A Celery worker on a broker in memory runs one task that fails and one that goes well: `python celery_app.py`."""

import sentry_sdk
from celery import Celery
from sentry_sdk.integrations.stdlib import StdlibIntegration

sentry_sdk.init(
    release="invoices@3.2.1",
    environment="production",
    send_default_pii=True,
    traces_sample_rate=1.0,
    # Without this the SDK may count its own request of the error among the spans, when the two meet.
    disabled_integrations=[StdlibIntegration()],
)
app = Celery("invoices", broker="memory://", backend="cache+memory://")
app.conf.task_default_queue = "invoices"


@app.task(name="invoices.render")
def render(number, currency):
    """Looks for a template that is not there."""
    templates = {"EUR": "euro.html"}
    return templates[currency].replace("{number}", str(number))


def main():
    """Queues both tasks and waits for them."""
    # The SDK must have started before a worker's modules are imported, as it has under `celery worker`.
    from celery.contrib.testing.worker import start_worker

    with start_worker(app, perform_ping_check=False, pool="solo", loglevel="critical"):
        print(render.delay(4711, currency="EUR").get(timeout=10))
        failed = render.delay(4712, currency="CHF")
        failed.get(timeout=10, propagate=False)
    sentry_sdk.flush(timeout=5)


if __name__ == "__main__":
    main()
