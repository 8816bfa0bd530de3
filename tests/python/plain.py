"""A script without a framework; fails on its last line."""

import sentry_sdk

sentry_sdk.init(release="nightly@17", environment="batch", server_name="batch-1")
sentry_sdk.set_tag("job", "invoice-run")


def total(rows):
    """Adds amounts, one of which is no number."""
    amounts = [row["amount"] for row in rows]
    return sum(int(amount) for amount in amounts)


def main():
    """Runs the job over three invoices."""
    rows = [{"amount": "12"}, {"amount": "7"}, {"amount": "n/a"}]
    print(total(rows))


main()
