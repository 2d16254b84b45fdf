"""What every template can use: filters for amounts, times and Markdown, icons, and names."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import nh3
from flask import Flask, Response, current_app, request
from jinja2 import StrictUndefined
from lucide.jinja import lucide
from markdown_it import MarkdownIt
from markupsafe import Markup

from storefront import clock, money
from storefront.config import Config

_YEAR = "public, max-age=31536000, immutable"
_STATIC = frozenset({"static", "vendor.static"})
_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4"}
_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).disable("image")


def init_app(app: Flask, config: Config) -> None:
    """Give the templates their filters and globals, and static files a versioned address.

    Must come before everything else that touches the templates: Flask reads the options once.
    """
    if "jinja_env" in app.__dict__:
        raise RuntimeError("templating must be set up first, or its options are without effect")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    app.jinja_env.filters.update(
        money=money.display, datetime=clock.display_time, date=clock.display_day, markdown=as_html
    )
    app.jinja_env.globals.update(
        icon=icon, platform_name=config.platform_name, payments_mode=config.mode
    )
    app.url_defaults(_add_version)
    app.after_request(_cache_versioned)


@lru_cache(maxsize=1024)
def as_html(text: str) -> Markup:
    """Markdown that somebody wrote, as safe HTML: no raw HTML, no pictures, no scripts."""
    rendered = _markdown.render(text).replace("<h1>", "<h3>").replace("</h1>", "</h3>")
    rendered = rendered.replace("<h2>", "<h3>").replace("</h2>", "</h3>")
    clean = nh3.clean(
        rendered,
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener",
    )
    return Markup(clean)  # noqa: S704 - nh3 has just cleaned it


@lru_cache(maxsize=1024)
def icon(name: str, size: int = 20) -> Markup:
    """An icon of the Lucide set, hidden from screen readers: the words beside it speak."""
    return Markup(lucide(name, size=size, aria_hidden="true"))  # noqa: S704 - a packaged file


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint in _STATIC and "filename" in values:
        folder = _folder(endpoint)
        path = folder / str(values["filename"])
        if path.is_file():
            values["v"] = _digest(path, path.stat().st_mtime_ns)


def _folder(endpoint: str) -> Path:
    name, _, _ = endpoint.rpartition(".")
    scaffold = current_app.blueprints[name] if name else current_app
    return Path(str(scaffold.static_folder))


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _cache_versioned(response: Response) -> Response:
    if request.endpoint in _STATIC and "v" in request.args and response.status_code < 400:
        response.headers["Cache-Control"] = _YEAR
    return response
