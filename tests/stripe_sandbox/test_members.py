"""Every stored kind has the members that the SDK's types say are always there."""

import typing
from typing import Any

from stripe._object_classes import get_object_class

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


def test_what_is_always_there_is_there(shop: Shop) -> None:
    """Of what sales, refunds and disputes leave behind."""
    shop.topup(9000)
    for amount in (1000, 100):
        shop.refund(shop.sell(), amount=amount)
    shop.sandbox.control(f"charges/{shop.sell().id}/dispute")
    shop.sandbox.control(f"sessions/{shop.session().id}/expire")
    shop.sell(card="4000000000005126", fee=None)
    shop.client.v1.customers.create({"name": "Ada"})
    v1 = shop.client.v1
    lists: list[Any] = [
        v1.checkout.sessions, v1.payment_intents, v1.charges, v1.refunds, v1.transfers,
        v1.application_fees, v1.balance_transactions, v1.disputes, v1.accounts, v1.events,
        v1.customers, v1.topups,
    ]  # fmt: skip
    found = [each.to_dict() for listed in lists for each in listed.list({"limit": 100}).data]
    assert len({each["object"] for each in found}) == len(lists)
    assert len(_always("charge")) > 10
    assert sorted({problem for each in found for problem in _problems(each)}) == []
