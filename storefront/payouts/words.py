"""What payouts and what is in them are called, for their seller."""

from typing import Final

from storefront.money import display
from storefront.payouts import service
from storefront.payouts.repository import Part, Payout
from storefront.payouts.service import Explained

STATES: Final = {
    service.ON_ITS_WAY: "On their way",
    service.PAID: "Paid out",
    service.BACK: "Came back",
}

_STATUS: Final = {
    "pending": ("On its way", "info"),
    "in_transit": ("On its way", "info"),
    "paid": ("Paid out", "good"),
    "failed": ("Failed, came back", "bad"),
    "canceled": ("Canceled", "neutral"),
    "reversed": ("Taken back", "bad"),
}

GROUPS: Final = {
    service.SALES: "Sales",
    service.REFUNDS: "Refunds",
    service.DISPUTES: "Disputes",
    service.TRANSFERS: "Transfers from the marketplace",
    service.DEBTS: "Debts settled",
    service.RETURNED: "Other payouts",
    service.OTHER: "Other business of your account",
    service.STRIPE_FEES: "Stripe's fees",
    service.ADJUSTMENTS: "Adjustments",
}

_WHY: Final = {
    "payout_failure": "An earlier payout failed, and its money came back.",
    "payout_cancel": "An earlier payout was canceled, and its money stayed.",
    "payout": "A payout that was made apart, out of the same balance.",
    "payout_reversal": "An earlier payout was taken back.",
    "charge": "A sale that you made outside of this marketplace.",
    "payment": "A payment that reached you outside of this marketplace.",
    "refund": "A refund of a sale outside of this marketplace.",
    "payment_refund": "A refund of a payment outside of this marketplace.",
    "transfer": "A transfer that is no sale of this marketplace.",
    "stripe_fee": "A fee that Stripe charges your account.",
    "reserve_transaction": "Stripe keeps this back as a reserve, or gives it back.",
}


def status(payout: Payout) -> tuple[str, str]:
    """The state of a payout, and a tone."""
    if payout.reversed_by:
        return _STATUS["reversed"]
    return _STATUS.get(payout.status, (payout.status.replace("_", " ").capitalize(), "neutral"))


def group(name: str) -> str:
    """What a group of parts is called."""
    return GROUPS[name]


def why(part: Part) -> str:
    """Why this money is in the payout."""
    name = service.group_of(part)
    if part.kind:
        return _of_order(name, part)
    return _WHY.get(part.type) or part.description or part.type.replace("_", " ").capitalize() + "."


def _of_order(name: str, part: Part) -> str:
    if name == service.SALES:
        fee = display(part.amount - part.net, part.currency)
        less = f", less the marketplace's fee of {fee}" if part.amount != part.net else ""
        return f"What the shopper paid{less}."
    if name == service.REFUNDS and part.net > 0:
        return "A part of the marketplace's fee came back to you."
    return {
        service.REFUNDS: "Pulled back, because the shopper got money back.",
        service.DISPUTES: "Pulled back, because the shopper's bank took the money back.",
        service.DEBTS: "Pulled back for what the marketplace had paid for you.",
        service.TRANSFERS: "You got back what had been pulled back, since the sale stands.",
    }[name]


def verdict(found: Explained) -> tuple[str, str, str]:
    """Whether the parts come to Stripe's number: a title, a sentence, a tone."""
    payout = found.payout
    amount = display(payout.amount, payout.currency)
    if not payout.automatic:
        return ("You made this payout yourself", "Stripe makes no list of the sales in a payout"
                " that a person has started, so there is none here.", "info")  # fmt: skip
    if not payout.explained:
        return ("Its sales are not known yet", "Stripe tells us which sales are in a payout some"
                " time after it was made. They appear here then.", "info")  # fmt: skip
    if found.missing:
        total, rest = (display(each, payout.currency) for each in (found.total, found.missing))
        return ("It does not add up yet", f"What we know of comes to {total}. Stripe's number is"
                f" {amount}; Stripe has not told us about {rest}.", "warn")  # fmt: skip
    return ("It adds up", f"Everything below comes to {amount}, which is Stripe's number.", "good")


def back(found: Explained) -> str:
    """What became of money that came back; empty if it did not."""
    if service.state(found.payout) != service.BACK:
        return ""
    why_ = f" {found.payout.failure}" if found.payout.failure else ""
    after = "It is owed to you again and goes with the next payout."
    if found.went_with:
        after = "It has gone with a later payout since."
    return f"This money came back to your balance at Stripe.{why_} {after}"
