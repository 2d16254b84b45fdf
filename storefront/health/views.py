"""`/healthz`: this process answers. `/readyz`: everything it needs works, too."""

from flask import Blueprint, Response

from storefront import current
from storefront.health import service
from storefront.security.policies import policy

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@policy("public")
def healthz() -> Response:
    """For a supervisor: restart the process if this does not answer."""
    return _text("ok\n", 200)


@blueprint.get("/readyz")
@policy("public")
def readyz() -> Response:
    """For a load balancer and a person: 503 and what is wrong, in words."""
    wrong = service.problems(current.store())
    if wrong:
        return _text("".join(f"{problem}\n" for problem in wrong), 503)
    warnings = service.warnings(current.store(), current.config())
    return _text("".join(f"{line}\n" for line in ["ready", *warnings]), 200)


def _text(text: str, status: int) -> Response:
    headers = {"Cache-Control": "no-store", "Content-Type": "text/plain; charset=utf-8"}
    return Response(text, status, headers)
