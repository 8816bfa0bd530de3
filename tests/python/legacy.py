"""Reports through raven, the SDK before sentry-sdk: `python legacy.py SCENARIO`."""

import logging
import os
import sys

from raven import Client
from raven.handlers.logging import SentryHandler
from raven.transport.http import HTTPTransport

client = Client(os.environ["SENTRY_DSN"], transport=HTTPTransport, release="archive@0.9", environment="batch", name="archive-1", tags={"job": "archive"})


def message():
    """A message with a level and extra values."""
    client.captureMessage("archived %s invoices", params=(512,), level="warning", extra={"folder": "2025"})


def exception():
    """An exception with locals and a breadcrumb."""
    from raven import breadcrumbs

    client.context.activate()
    breadcrumbs.record(message="folder 2025 opened", category="archive", level="info")
    client.user_context({"id": "8", "email": "archivist@example.com"})
    folders = {"2025": "full"}
    try:
        folders["2026"]
    except KeyError:
        client.captureException()


def logging_module():
    """A logged error, through raven's handler."""
    logger = logging.getLogger("archive.writer")
    logger.addHandler(SentryHandler(client))
    logger.error("cannot write folder %s", "2025", extra={"folder": "2025"})


if __name__ == "__main__":
    {"message": message, "exception": exception, "logging-module": logging_module}[sys.argv[1]]()
