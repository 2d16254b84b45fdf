"""How a page and a fragment of it are told apart. The only importer of htmx_flask.

Views work without JavaScript first: they render a page or redirect. These functions give the
same answers to htmx in the form that it needs.
"""

from typing import Any

from flask import Flask, Response, make_response, render_template, request
from flask import redirect as _redirect
from htmx_flask import Htmx
from htmx_flask import make_response as _htmx_response

_VARY = ("HX-Request", "HX-History-Restore-Request")


def init_app(app: Flask) -> None:
    """Understand htmx requests, and keep caches from mixing pages with fragments."""
    Htmx(app)
    app.after_request(_vary)


def asked() -> bool:
    """Whether htmx made this request, for a fragment or for anything else."""
    return bool(_headers())


def wanted() -> bool:
    """Whether the answer should be a fragment: htmx asks, and not to restore a whole page."""
    headers = _headers()
    return bool(headers) and not headers.boosted and not headers.history_restore_request


def render(page: str, *, partial: str, status: int = 200, **context: Any) -> Response:
    """The fragment for htmx, the page that includes it for everybody else.

    The page shows an error only where it is aimed (static/site.js): this one belongs where the
    request wanted its answer.
    """
    template = partial if wanted() else page
    answer = make_response(render_template(template, **context), status)
    if wanted() and status >= 400 and (target := _headers().target):
        answer.headers["HX-Retarget"] = f"#{target}"
    return answer


def redirect(url: str) -> Response:
    """Leave for another page: 303, which for htmx is 200 with HX-Redirect."""
    if not asked():
        return make_response(_redirect(url, code=303))
    answer: Response = _htmx_response("", redirect=url)
    return answer


def refresh() -> Response:
    """Load the page anew: 303 to itself, which for htmx is 200 with HX-Refresh."""
    if not asked():
        return make_response(_redirect(request.path, code=303))
    answer: Response = _htmx_response("", refresh=True)
    return answer


def flash_error(message_html: str, status: int) -> Response:
    """An error for htmx: shown in the page's flash region, whatever the request aimed at."""
    answer: Response = _htmx_response(message_html, status, retarget="#flash", reswap="innerHTML")
    return answer


def _headers() -> Any:
    return request.htmx  # type: ignore[attr-defined]  # set by the request class


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(_VARY)
    return response
