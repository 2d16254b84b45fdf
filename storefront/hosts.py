"""Which names the shop answers to: PUBLIC_URL, and nothing else.

Links, redirects and webhook addresses are made from PUBLIC_URL, so another name in the Host
header is a mistake or an attack. On the own machine `localhost` and `127.0.0.1` are easily
confused: a GET on an alias is sent to the right one, where the cookies are.
"""

import ipaddress
from functools import partial
from urllib.parse import urlsplit

from flask import Flask, redirect, request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from storefront.config import Config

_ANY_HOST = frozenset({"/healthz", "/readyz"})


def init_app(app: Flask, config: Config) -> None:
    """Believe as many proxies as configured, and refuse requests for other hosts."""
    if hops := config.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Werkzeug documents it
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )

    app.before_request(partial(_check_host, config))


def _check_host(config: Config) -> Response | None:
    if request.path in _ANY_HOST or _same(request.host, config):
        return None
    if request.method in {"GET", "HEAD"} and _is_loopback(request.host):
        return redirect(config.public_url + request.full_path.removesuffix("?"))
    # Plain text: without a known host no link of a page could be made.
    return Response("This is not the address of this shop.\n", 400, mimetype="text/plain")


def _same(host: str, config: Config) -> bool:
    port = ":443" if config.secure else ":80"
    return host.lower().removesuffix(port) == config.public_host.lower().removesuffix(port)


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
