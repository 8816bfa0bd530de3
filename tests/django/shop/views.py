"""Pages of the shop. Each fails in a way of its own."""

import json
import logging

import sentry_sdk
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from shop import orders

logger = logging.getLogger(__name__)


def home(request):
    """Answers at once and reports nothing; starts the session that later requests carry."""
    request.session["basket"] = {"tea": 2, "pot": 1}
    return HttpResponse("welcome")


@csrf_exempt
def checkout(request):
    """Ends in an unhandled exception with a cause."""
    form = request.POST.dict()
    form["basket"] = json.loads(form.get("basket") or '{"tea": 2, "pot": 1, "cup": 6}')
    customer = request.headers.get("X-Customer", "42")
    logger.info("placing an order of %s articles for customer %s", len(form["basket"]), customer)
    sentry_sdk.add_breadcrumb(category="basket", message="basket read", data={"articles": list(form["basket"])})
    receipt = orders.place(form, customer)
    return HttpResponse(receipt)


def stock(request):
    """Logs a handled exception with extra values and goes on."""
    article = request.GET.get("article", "saucer")
    try:
        count = orders.CATALOGUE[article]["count"]
    except KeyError:
        logger.exception("no stock figure for %s", article, extra={"article": article, "warehouse": "cgn-2"})
        count = 0
    return HttpResponse(str(count))


def newsletter(request):
    """Reports a message without an exception."""
    with sentry_sdk.new_scope() as scope:
        scope.set_tag("campaign", "winter-sale")
        scope.set_context("campaign", {"name": "winter-sale", "recipients": 1250})
        sentry_sdk.capture_message("newsletter sent to 1250 customers", level="warning")
    return HttpResponse("sent")


def review(request):
    """Fails with markup in its message, its locals and its names, which must be shown as text."""
    text = "<script>document.title='injected'</script><img src=x onerror=\"document.title='injected'\">"
    sentry_sdk.set_tag("reviewer", "<b>bold</b>")
    raise ValueError(f"review refused: {text}")
