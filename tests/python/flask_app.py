"""A Flask application with one failing route: `python flask_app.py PORT`."""

import signal
import sys

import sentry_sdk
from flask import Flask, request

sentry_sdk.init(send_default_pii=True, release="blog@1.3.0", environment="staging")
app = Flask(__name__)


@app.get("/posts/<int:number>")
def post(number):
    """Divides by the number of readers, who are missing."""
    readers = []
    theme = request.args.get("theme", "light")
    return {"share": number / len(readers), "theme": theme}


if __name__ == "__main__":
    # Ends as under a real server, so that the SDK sends what it holds back.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    app.run(host="127.0.0.1", port=int(sys.argv[1]))
