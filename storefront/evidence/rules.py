"""Rules that answer disputes by themselves: by platform, or by seller. Without one nobody does."""

from collections.abc import Iterable, Iterator
from typing import Final

from storefront import money
from storefront.errors import Invalid
from storefront.evidence.repository import AnswerRule as AnswerRule
from storefront.evidence.repository import AnswerRules
from storefront.money import CURRENCIES, display
from storefront.seller_policies.service import Policies


def words(rule: AnswerRule) -> Iterator[str]:
    """What a rule does, one part after the other; nothing for a rule that does nothing."""
    if rule.limits:
        amounts = (display(amount, currency) for currency, amount in rule.limits.items())
        yield f"accept up to {', '.join(amounts)}"
    if rule.submits:
        yield "submit the evidence a day before the deadline"


def _in_words(decided: AnswerRule) -> str:
    return ", ".join(words(decided)) or "nothing by itself"


RULES: Final = Policies(
    AnswerRules("answer_rules", AnswerRule, ("submits",)),
    standard=AnswerRule("", submits=False, limits={}),
    noun="rule",
    audited="answer_rule",
    in_words=_in_words,
)
of_seller = RULES.of_seller
decide = RULES.decide


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
