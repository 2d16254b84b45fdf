"""Every stored kind has the members that the SDK's types say are always there."""

import typing
from typing import Any

import pytest
from stripe._object_classes import get_object_class

from stripe_sandbox.api.rendering import render
from tests.stripe_sandbox.club import Club
from tests.stripe_sandbox.shop import Shop


def _always(kind: str) -> dict[str, Any]:
    """Members of a kind that are neither null nor left out, with their types."""
    resource: Any = get_object_class("V1", kind)
    return {
        name: hint
        for name, hint in resource.__annotations__.items()
        if name.islower() and not name.startswith("_") and type(None) not in typing.get_args(hint)
    }


def _is_enum(hint: Any) -> bool:
    return str(typing.get_origin(hint)).endswith("Literal")


def _problems(shown: dict[str, Any]) -> list[str]:
    wrong = []
    for name, hint in _always(str(shown["object"])).items():
        if name not in shown:
            wrong.append(f"{shown['object']}.{name} is missing")
        elif _is_enum(hint):
            if shown[name] not in typing.get_args(hint):
                wrong.append(f"{shown['object']}.{name} is {shown[name]!r}")
        elif hint in (int, str, bool) and type(shown[name]) is not hint:
            wrong.append(f"{shown['object']}.{name} is {shown[name]!r}")
    return wrong


ONLY_WHEN_ASKED = {
    "charge": {"level3", "refunds"},
    "checkout.session": {"line_items"},
    "customer": {"sources", "subscriptions", "tax", "tax_ids"},
    "event": {"account", "context"},  # of connected accounts
    "invoice": {"payments"},
    "price": {"currency_options", "tiers"},
    "webhook_endpoint": {"secret"},  # in the answer to its creation
}
"""Documented members that Stripe leaves out unless they are expanded, or that say where it is."""

OWN_BY_TYPE = {"payment_method"}
"""Kinds of which each type has a member of its own, and not those of the others."""


def _missing(shown: dict[str, Any]) -> set[str]:
    kind = str(shown["object"])
    resource: Any = get_object_class("V1", kind)
    documented = {
        name
        for name in resource.__annotations__
        if name.islower() and not name.startswith("_") and name != "deleted"
    }
    if kind in OWN_BY_TYPE:
        return {"customer", "customer_account", "billing_details", shown["type"]} - shown.keys()
    return documented - shown.keys() - ONLY_WHEN_ASKED.get(kind, set())


@pytest.fixture
def lived(shop: Shop, club: Club) -> Shop:
    """A market in which something of every kind has happened."""
    v1 = shop.client.v1
    shop.topup(9000)
    for amount in (1000, 100):
        shop.refund(shop.sell(), amount=amount)
    shop.sandbox.control(f"charges/{shop.sell().id}/dispute")
    shop.sandbox.control(f"charges/{shop.sell().id}/warn")
    shop.sandbox.control(f"sessions/{shop.session().id}/expire")
    shop.sandbox.control("payout", currency="usd", amount=100)
    shop.sell(card="4000000000005126", fee=None)
    club.join(club.member())
    v1.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True})
    v1.billing_portal.sessions.create({"customer": club.member()})
    v1.transfers.reversals.create(v1.transfers.list().data[0].id, {"amount": 1})
    v1.application_fees.refunds.create(v1.application_fees.list().data[-1].id, {"amount": 1})
    v1.webhook_endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["*"]})
    v1.shipping_rates.create(
        {"display_name": "Post", "type": "fixed_amount",
         "fixed_amount": {"amount": 1, "currency": "usd"}}
    )  # fmt: skip
    return shop


def test_every_documented_member_is_there(lived: Shop) -> None:
    """Null rather than absent, of everything that is stored, whatever has become of it."""
    sandbox = lived.sandbox.sandbox
    with sandbox.lock:
        rows = sandbox.store.db.execute("SELECT DISTINCT kind FROM objects").fetchall()
        stored = [each for (kind,) in rows for each in sandbox.store.select(kind)]
        shown = [render(sandbox, each) for each in stored]
    assert len({each["object"] for each in shown}) >= 26
    assert len(_always("charge")) > 10
    missing = {f"{each['object']}.{name}" for each in shown for name in _missing(each)}
    wrong = {problem for each in shown for problem in _problems(each)}
    assert (missing, wrong) == (set(), set())
