"""Logs as JSON, one object a line: the event's name never varies, what varies is a field.

A request is logged by the rule of its route, never by its path or query: links to orders and
to new passwords are keys. As a second wall, what looks like a secret is masked.
"""

import json
import logging
import re
import sys
import time
from typing import Any

from flask import Flask, Response, g, has_request_context, request

from storefront import ids
from storefront.clock import timestamp

log = logging.getLogger("storefront.request")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET = re.compile(r"\b(sk|rk|pk)_(test|live)_\w+|\bwhsec_\w+|\bac_\w{6,}|\b\w+_secret_\w+")
_QUIET = frozenset({"static", "vendor.static", "health.healthz", "health.readyz"})


class JSONFormatter(logging.Formatter):
    """One log record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The record's fields, the request's id and the traceback, without secrets."""
        line: dict[str, Any] = {
            "at": timestamp(),
            "level": record.levelname,
            "event": record.getMessage(),
            "logger": record.name,
        }
        if has_request_context() and "request_id" in g:
            line["request_id"] = g.request_id
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _SECRET.sub("[secret]", json.dumps(line, default=str, ensure_ascii=False))


def configure(level: str) -> None:
    """Send the logs of this process to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JSONFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("stripe").setLevel(max(logging.INFO, logging.root.level))  # no bodies


def init_app(app: Flask) -> None:
    """Give each request an id, and log it when it has been answered."""
    app.before_request(_begin)
    app.after_request(_end)
    app.log_exception = _log_exception  # type: ignore[method-assign]  # Flask's logs the path


def _begin() -> None:
    g.request_id = ids.new_id()
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    request_id = g.setdefault("request_id", ids.new_id())
    response.headers["X-Request-Id"] = request_id
    log.log(_level(response), "request", extra=_fields(response))
    return response


def _log_exception(exc_info: Any) -> None:
    log.error("request.failed", exc_info=exc_info, extra={"endpoint": request.endpoint})


def _level(response: Response) -> int:
    if response.status_code >= 500:
        return logging.ERROR
    return logging.DEBUG if request.endpoint in _QUIET else logging.INFO


def _fields(response: Response) -> dict[str, object]:
    started = g.get("started")
    return {
        "method": request.method,
        "route": request.url_rule.rule if request.url_rule else None,
        "endpoint": request.endpoint,
        "status": response.status_code,
        "milliseconds": round((time.perf_counter() - started) * 1000, 1) if started else None,
        "htmx": bool(request.headers.get("HX-Request")),
        "address": request.remote_addr,
    }
