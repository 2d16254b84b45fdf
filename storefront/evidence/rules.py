"""Rules that answer disputes by themselves: by platform, or by seller. Without one nobody does."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from storefront import money
from storefront.audit import service as audit
from storefront.errors import Invalid, NotFound
from storefront.evidence import repository
from storefront.evidence.repository import AnswerRule as AnswerRule
from storefront.money import CURRENCIES, display
from storefront.sellers import service as sellers
from storefront.store import Tx

_NONE: Final = AnswerRule("", submits=False, limits={})
of_sellers = repository.rules_of_sellers


def of_seller(tx: Tx, seller_id: str) -> AnswerRule:
    """The rule for a seller's disputes: their own, else the platform's."""
    return repository.rule(tx, seller_id) or _NONE


def of_platform(tx: Tx) -> AnswerRule:
    """The rule where a seller has none of their own."""
    return of_seller(tx, "")


def decide(tx: Tx, wanted: AnswerRule, actor_id: str) -> None:
    """Set the rule of a seller, named by id or by the shop's address, or of the platform.

    Raises Invalid.
    """
    subject = sellers.shop_named(tx, wanted.seller_id).id if wanted.seller_id else ""
    repository.set_rule(tx, replace(wanted, seller_id=subject), actor_id)
    detail = ", ".join(words(wanted)) or "nothing by itself"
    audit.record(tx, actor_id, "answer_rule.set", subject or "platform", detail)


def forget(tx: Tx, seller_id: str, actor_id: str) -> None:
    """Let a seller's disputes follow the platform's rule again. Raises NotFound."""
    if not repository.remove_rule(tx, seller_id):
        raise NotFound("This seller has no rule of their own.")
    audit.record(tx, actor_id, "answer_rule.removed", seller_id, "")


def words(rule: AnswerRule) -> Iterator[str]:
    """What a rule does, one part after the other; nothing for a rule that does nothing."""
    if rule.limits:
        amounts = (display(amount, currency) for currency, amount in rule.limits.items())
        yield f"accept up to {', '.join(amounts)}"
    if rule.submits:
        yield "submit the evidence a day before the deadline"


def limits(typed: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Amounts by currency, of pairs of a currency and what was typed; none and zero mean never.

    Raises Invalid, in words that name the pair.
    """
    found: dict[str, int] = {}
    for currency, text in typed:
        if not text.strip():
            continue
        if currency not in CURRENCIES:
            raise Invalid(f"Please choose the currency of “{text}” from the list.")
        if currency in found:
            raise Invalid(f"{currency.upper()} stands there twice. One amount is enough.")
        found[currency] = _amount(text, currency)
    return {currency: amount for currency, amount in sorted(found.items()) if amount}


def _amount(text: str, currency: str) -> int:
    try:
        amount = money.parse(text, currency)
    except Invalid as error:
        raise Invalid(f"{currency.upper()}: {error.message}") from error
    if amount > money.MAXIMUM:
        most = display(money.MAXIMUM, currency)
        raise Invalid(f"{currency.upper()}: the largest possible amount is {most}.")
    return amount
