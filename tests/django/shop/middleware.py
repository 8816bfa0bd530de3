"""Says who is shopping, so that an error names the user and the plan."""

import sentry_sdk


class CustomerMiddleware:
    """Takes the customer from the `X-Customer` header, as a gateway in front of the shop would set it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        customer = request.headers.get("X-Customer", "42")
        sentry_sdk.set_user({"id": customer, "username": f"customer-{customer}", "email": f"customer-{customer}@example.com"})
        sentry_sdk.set_tag("plan", "business" if int(customer) % 2 == 0 else "free")
        return self.get_response(request)
