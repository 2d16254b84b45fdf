"""What an operator sets up at Stripe: the two webhook endpoints, checked, made and corrected.

https://docs.stripe.com/api/webhook_endpoints. Stripe tells an endpoint's signing secret once,
in the answer that creates it. It is shown to the operator and kept nowhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from storefront.audit import service as audit
from storefront.config import Config
from storefront.current import Services
from storefront.ids import digest
from storefront.store.installation import token as installation_token
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_gateway.failures import StripeFailure
from storefront.webhooks import service as webhooks

Endpoint = dict[str, Any]

EVERYTHING = ["*"]
CREATED, CORRECTED = "created", "corrected"
_CREATION = f"webhook_endpoint.{CREATED}"
_SETTINGS = {"platform": "STRIPE_WEBHOOK_SECRET", "connect": "STRIPE_CONNECT_WEBHOOK_SECRET"}
_OURS = "storefront"
"""Metadata of the endpoints that we make: their scope, which Stripe does not tell otherwise."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An endpoint as it should be. `setting` is where its secret belongs."""

    scope: str
    url: str
    events: tuple[str, ...]
    api_version: str
    setting: str

    @property
    def parameters(self) -> dict[str, Any]:
        """What creates it."""
        return {
            "url": self.url,
            "enabled_events": list(self.events),
            "connect": self.scope == "connect",
            "api_version": self.api_version,
            "description": f"Storefront, events of {_WHOSE[self.scope]}",
            "metadata": {_OURS: self.scope},
        }


_WHOSE = {"platform": "the platform", "connect": "connected accounts"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What Stripe has of an endpoint. `secret` is set once, right after it was created;
    `refusal` is why Stripe did not do what was asked.

    `differences` can be corrected; what is in `fixed` Stripe never changes on an endpoint.
    """

    wanted: Wanted
    endpoint_id: str = ""
    differences: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    done: str = ""
    refusal: str = ""
    secret: str = field(default="", repr=False)
    has_secret: bool = False
    last_event_at: str | None = None

    @property
    def good(self) -> bool:
        """Whether there is nothing to do about it at Stripe."""
        return bool(self.endpoint_id) and not self.differences and not self.fixed


@dataclass(frozen=True, slots=True)
class Brand:
    """What sellers see of the platform on Stripe's consent page."""

    name: str
    has_icon: bool
    has_logo: bool
    color: str


def brand(gateway: Gateway) -> Brand:
    """The platform's name and branding at Stripe. Raises StripeFailure."""
    account = gateway.own_account()
    settings = account.get("settings") or {}
    branding, dashboard = settings.get("branding") or {}, settings.get("dashboard") or {}
    profile = account.get("business_profile") or {}
    return Brand(
        name=profile.get("name") or dashboard.get("display_name") or "",
        has_icon=bool(branding.get("icon")),
        has_logo=bool(branding.get("logo")),
        color=branding.get("primary_color") or "",
    )


def wanted(services: Services) -> list[Wanted]:
    """Both endpoints as they should be: their events are those that have a handler."""
    return [
        Wanted(
            scope,
            services.config.public_url + path,
            tuple(services.handlers.types(scope)),
            services.gateway.api_version,
            _SETTINGS[scope],
        )
        for scope, path in webhooks.PATHS.items()
    ]


def check(services: Services) -> list[Checked]:
    """Compare both endpoints with what Stripe has. Raises StripeFailure."""
    return _compare(services, services.gateway.webhook_endpoints())


def correct(services: Services, actor_id: str) -> list[Checked]:
    """Create what is missing and correct what differs; nothing twice.

    Raises StripeFailure if nothing could be compared. What fails afterwards is said with the
    endpoint that it is about, so that the secret of the other one is not lost.
    """
    keys = {each.scope: _creation_key(services, each) for each in wanted(services)}
    return [
        _corrected(services, each, keys[each.wanted.scope], actor_id) for each in check(services)
    ]


def _creation_key(services: Services, wanted_: Wanted) -> str:
    """The same for two clicks at once; another one after an endpoint was made and deleted.

    It must be read before Stripe is asked what there is: who reads it after another click has
    made the endpoint then finds that endpoint.
    """
    with services.store.read() as tx:
        installation = installation_token(tx)
        made = [each for each in audit.of_subject(tx, wanted_.url) if each.action == _CREATION]
    asked = digest(str(wanted_.parameters))[:32]
    return f"{installation}:webhook_endpoint.create:{asked}:g{len(made) + 1}"


def _corrected(services: Services, found: Checked, key: str, actor_id: str) -> Checked:
    if found.endpoint_id and not found.differences:
        return found
    try:
        answer = _change(services.gateway, found, key)
    except StripeFailure as failure:
        return replace(found, refusal=failure.message)
    done = CORRECTED if found.endpoint_id else CREATED
    with services.store.transaction() as tx:
        action = f"webhook_endpoint.{done}"
        audit.record(tx, actor_id, action, found.wanted.url, answer["id"])
    now = _compared(services, found.wanted, [answer])
    return replace(now, done=done, secret=answer.get("secret") or "")


def _change(gateway: Gateway, found: Checked, key: str) -> Endpoint:
    if found.endpoint_id:
        changes = {"enabled_events": list(found.wanted.events), "disabled": False}
        return gateway.update_webhook_endpoint(found.endpoint_id, changes)
    return gateway.create_webhook_endpoint(found.wanted.parameters, key)


def _compare(services: Services, existing: list[Endpoint]) -> list[Checked]:
    return [_compared(services, each, existing) for each in wanted(services)]


def _compared(services: Services, wanted_: Wanted, existing: list[Endpoint]) -> Checked:
    at_url = [endpoint for endpoint in existing if endpoint["url"] == wanted_.url]
    with services.store.read() as tx:
        last = webhooks.last_received(tx, wanted_.scope)
    checked = Checked(
        wanted_,
        has_secret=bool(_secrets(services.config, wanted_.scope)),
        last_event_at=last,
        notes=tuple(_elsewhere(wanted_, existing)),
    )
    if not at_url:
        return checked
    endpoint = min(at_url, key=partial(_faults, wanted_))
    return replace(
        checked,
        endpoint_id=endpoint["id"],
        differences=tuple(_differences(wanted_, endpoint)),
        fixed=tuple(_fixed(wanted_, endpoint)),
        notes=tuple(_notes(wanted_, endpoint, len(at_url))),
    )


def _faults(wanted_: Wanted, endpoint: Endpoint) -> int:
    return len([*_differences(wanted_, endpoint), *_fixed(wanted_, endpoint)])


def _secrets(config: Config, scope: str) -> tuple[str, ...]:
    if scope == "connect":
        return config.stripe_connect_webhook_secrets
    return config.stripe_webhook_secrets


def _differences(wanted_: Wanted, endpoint: Endpoint) -> Iterator[str]:
    if endpoint["status"] != "enabled":
        yield f"It is {endpoint['status']}, so nothing is sent to it."
    missing = sorted(set(wanted_.events) - set(endpoint["enabled_events"]))
    if missing and endpoint["enabled_events"] != EVERYTHING:
        yield f"It does not send {', '.join(missing)}."


def _fixed(wanted_: Wanted, endpoint: Endpoint) -> Iterator[str]:
    version = endpoint.get("api_version")
    if version and version != wanted_.api_version:
        yield f"Its API version is {version}; this program reads {wanted_.api_version}."
    scope = _scope(endpoint)
    if scope and scope != wanted_.scope:
        yield f"It listens to events of {_WHOSE[scope]}, not of {_WHOSE[wanted_.scope]}."


def _scope(endpoint: Endpoint) -> str:
    """Whose events it gets: by our metadata, else by its application; empty if nothing tells."""
    ours = (endpoint.get("metadata") or {}).get(_OURS)
    if ours in _WHOSE:
        return str(ours)
    return "connect" if endpoint.get("application") else ""


def _notes(wanted_: Wanted, endpoint: Endpoint, same_url: int) -> Iterator[str]:
    if not endpoint.get("api_version"):
        yield "It has no API version of its own, so your account's default decides how events look."
    if not _scope(endpoint) and wanted_.scope == "connect":
        yield (
            "Stripe does not say whether it listens to connected accounts. If no event of theirs"
            " arrives, delete it in the Dashboard and let this page make one."
        )
    extra = sorted(set(endpoint["enabled_events"]) - set(wanted_.events) - {"*"})
    if extra:
        yield f"It also sends {', '.join(extra)}, which nothing here needs."
    if same_url > 1:
        yield f"{same_url} endpoints have this address, so events come twice. One is enough."


def _elsewhere(wanted_: Wanted, existing: list[Endpoint]) -> Iterator[str]:
    """Endpoints of ours at another address: PUBLIC_URL has changed."""
    for endpoint in existing:
        ours = (endpoint.get("metadata") or {}).get(_OURS) == wanted_.scope
        if ours and endpoint["url"] != wanted_.url:
            yield f"An endpoint of an earlier address is left: {endpoint['url']}"
