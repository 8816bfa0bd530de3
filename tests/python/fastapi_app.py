"""A FastAPI application with one failing route: `python fastapi_app.py PORT`."""

import signal
import sys

import sentry_sdk
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

sentry_sdk.init(send_default_pii=True, release="quotes@0.9.2", environment="production")
app = FastAPI()


class Quote(BaseModel):
    """What a caller asks a price for."""

    article: str
    quantity: int
    api_key: str


async def price(quote):
    """Looks the article up in a price list that is empty."""
    prices = {}
    return prices[quote.article] * quote.quantity


@app.post("/quotes")
async def create_quote(quote: Quote):
    """Fails while pricing."""
    return {"total": await price(quote)}


if __name__ == "__main__":
    # After its own end uvicorn hands the signal on; without this it would kill the process before the SDK sends
    # what it holds back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")
