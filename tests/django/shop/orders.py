"""Turns a form into an order."""

from shop import payments

CATALOGUE = {
    "tea": {"sku": "TEA-0100", "title": "Darjeeling, first flush", "price": "12.50", "weight_grams": 100},
    "pot": {"sku": "POT-0007", "title": "Teapot, cast iron", "price": "64.00", "weight_grams": 1450},
    "cup": {"sku": "CUP-0031", "title": "Cup, porcelain", "price": "9.90", "weight_grams": 210},
}


def place(form, customer):
    """Builds the order and charges it."""
    lines = [dict(CATALOGUE[name], quantity=int(count)) for name, count in form["basket"].items()]
    order = {
        "number": f"2026-{customer}-0007",
        "currency": "EUR",
        "customer": customer,
        "lines": lines,
        "address": {"street": "Hauptstraße 5", "city": "Köln", "country": "DE"},
    }
    password = form.get("password")
    card = {"number": form.get("card"), "expires": "11/29", "holder": "A. Customer"}
    return payments.charge(order, card, password)
