"""Charges cards at a payment provider that is always away."""

from decimal import Decimal


class GatewayTimeout(ConnectionError):
    """The provider did not answer."""


class PaymentError(Exception):
    """The order could not be paid."""


def charge(order, card, password):
    """Charges the order's total, or says why the customer was not charged."""
    amount = sum((Decimal(line["price"]) * line["quantity"] for line in order["lines"]), Decimal(0))
    currency = order["currency"]
    attempts = []
    try:
        return send(amount, currency, card, attempts)
    except GatewayTimeout as timeout:
        reference = f"{order['number']}-{len(attempts)}"
        raise PaymentError(f"could not charge {amount} {currency} for order {order['number']}") from timeout


def send(amount, currency, card, attempts):
    """Sends the charge to the provider."""
    host = "payments.example.com"
    timeout_seconds = 2.5
    headers = {"Authorization": "Bearer live-5d41402abc4b2a76b9719d911017c592", "Idempotency-Key": f"{amount}-{currency}"}
    attempts.append({"host": host, "headers": headers, "timeout_seconds": timeout_seconds})
    raise GatewayTimeout(f"{host} did not answer within {timeout_seconds} seconds")
