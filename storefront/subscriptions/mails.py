"""What mails about a subscription say, read when they are sent."""

from collections.abc import Mapping
from typing import Any

from storefront.mail.service import Mail
from storefront.orders import mail_facts
from storefront.store import Tx
from storefront.subscriptions import repository, service, words


def load(tx: Tx, mail: Mail) -> Mapping[str, Any]:
    """The facts of an order; where it belongs to a subscription, those of that as well."""
    facts = dict(mail_facts.load(tx, mail))
    order = facts.get("order")
    if order is None or order.subscription_id is None:
        return facts
    found = repository.by_id(tx, order.subscription_id)
    assert found is not None  # noqa: S101 - an order refers to it
    at_stripe = service.at_stripe(tx, found)
    return facts | {
        "subscription": found,
        "at_stripe": at_stripe,
        "standing": words.sentence(at_stripe, found),
    }
