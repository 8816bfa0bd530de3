"""Settings of the shop. Where errors go is read from SENTRY_DSN alone, as in any Django project."""

import os

import sentry_sdk
from sentry_sdk.scrubber import EventScrubber

SECRET_KEY = "only-for-tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
INSTALLED_APPS = ["django.contrib.sessions"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "shop.middleware.CustomerMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

# SHOP_SDK_SCRUBS=no sends what the SDK would have masked, so that the server's own rules are seen at work.
scrubber = None
if os.environ.get("SHOP_SDK_SCRUBS") == "no":
    scrubber = EventScrubber(denylist=[], pii_denylist=[])

sentry_sdk.init(
    send_default_pii=True,
    max_request_body_size="always",
    release=os.environ.get("SHOP_RELEASE", "shop@2.4.0"),
    environment=os.environ.get("SHOP_ENVIRONMENT", "production"),
    event_scrubber=scrubber,
)
