"""The smallest Flask page, to compare with: what the framework and the server cost alone."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    """A page without template, session or database."""
    return "<!doctype html><title>Bare</title><h1>A bare Flask page</h1>"
