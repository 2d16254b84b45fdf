"""What is said to a seller about money that is owed, on its way or not told yet."""

from collections.abc import Iterable
from typing import Final

from storefront import clock
from storefront.earnings.positions import Position
from storefront.earnings.service import Money
from storefront.money import display
from storefront.payouts.service import Payout
from storefront.stored_data.service import Fetch

_OFTEN: Final = {"daily": "daily", "weekly": "weekly", "monthly": "monthly"}


def next_payout(money: Money) -> tuple[str, str, str]:
    """When the next payout comes or why none does: a title, a sentence, a tone."""
    account = money.account
    if account is None:
        return ("None", "Your shop is not connected to Stripe, so nothing is paid out.", "warn")
    if not account.payouts_enabled:
        return ("Paused by Stripe", "You earn as before, but Stripe sends nothing to your bank"
                " until it knows what it asks for.", "warn")  # fmt: skip
    if money.next_payouts:
        return _arriving(money.next_payouts[0])
    if account.payout_interval == "manual":
        return ("When you start it", "Your schedule at Stripe is manual: start payouts yourself in"
                " your Stripe Dashboard, or choose another schedule there.", "info")  # fmt: skip
    return _scheduled(money, account.payout_interval)


def _arriving(payout: Payout) -> tuple[str, str, str]:
    amount = display(abs(payout.amount), payout.currency)
    when = clock.display_day(payout.arrives_at) if payout.arrives_at else "soon"
    if payout.amount < 0:
        return (f"{amount} from your bank, {when}", "More was pulled back than there was, so Stripe"
                " debits the rest from your bank account.", "warn")  # fmt: skip
    return (f"{amount}, {when}", "It is on its way to your bank. It may hold money of sales that"
            " you have made elsewhere with the same Stripe account, too.", "good")  # fmt: skip


def _scheduled(money: Money, interval: str) -> tuple[str, str, str]:
    if not money.known:
        return ("Not known yet", "Your payouts are fetched from Stripe for the first time some"
                " minutes after a sale. Your Stripe Dashboard shows them.", "info")  # fmt: skip
    often = _OFTEN.get(interval, "")
    with_next = f"With the next {often} payout" if often else "With the next payout"
    if any(each.available > 0 for each in money.positions):
        return (with_next, "Stripe pays out what is available by the schedule that you have chosen"
                " there.", "good")  # fmt: skip
    coming = [each for each in money.positions if each.available_at and each.owed > 0]
    if coming:
        day = clock.display_day(min(each.available_at or "" for each in coming))
        below = any(each.available < 0 for each in coming)
        short = " What is short now is taken from it." if below else ""
        return (f"From {day} on", "Then the first of what is pending becomes available, and goes"
                f" with the payout that follows.{short}", "info")  # fmt: skip
    if any(each.owed < 0 for each in money.positions):
        return ("After new sales", "More was pulled back than there is. Your next sales make up for"
                " that first, or Stripe debits it from your bank.", "warn")  # fmt: skip
    return ("Nothing to pay out", "The next sale changes that.", "neutral")


_COVERED: Final = "covered by the next sales or debited from the bank"


def owed(position: Position) -> str:
    """When what is owed can be paid out, or what becomes of it if it is below zero."""
    amount = display(abs(position.available), position.currency)
    later = _later(position)
    if position.available < 0:
        return f"{amount} short, {_COVERED}; {later}" if later else _COVERED
    if position.available and later:
        return f"{amount} now; {later}"
    return later or ("available now" if position.available else "nothing is waiting")


def _later(position: Position) -> str:
    day = clock.display_day(position.available_at) if position.available_at else "later"
    amount = display(abs(position.waiting), position.currency)
    if position.waiting < 0:
        return f"less {amount} on {day}" + (f", {_COVERED}" if position.owed < 0 else "")
    return f"{amount} from {day}" if position.waiting else ""


def on_its_way(position: Position) -> str:
    """When what is on its way arrives, or is taken from the bank if it is below zero."""
    day = clock.display_day(position.arrives_at) if position.arrives_at else "soon"
    if position.on_its_way < 0:
        return f"debited from the bank {day}"
    return f"arrives {day}" if position.on_its_way else "nothing at the moment"


def untold(position: Position) -> str:
    """What the copies do not know yet, or the ledger; empty if both agree."""
    amount = display(abs(position.untold), position.currency)
    if position.untold > 0:
        return (f"Stripe has not told us yet about {amount} of what you have earned, so it is not"
                " among the numbers beside it. We look again minutes after each sale.")  # fmt: skip
    if position.untold < 0:
        return (f"Stripe has told us about {amount} more than our books have. That is usually over"
                " within minutes.")  # fmt: skip
    return ""


def notes(money: Money) -> list[tuple[str, str]]:
    """What limits these numbers: a title and a sentence each."""
    found = [("Not told yet", text) for each in money.positions if (text := untold(each))]
    for each in money.positions:
        found += [("In another account", _elsewhere(each))] if each.elsewhere else []
        found += [("Converted", _converted(each))] if each.converted else []
    if money.unexplained:
        found.append(("Payouts without their sales", _unexplained(money.unexplained)))
    if money.by_hand:
        found.append(("Payouts that you have started", _by_hand(money.by_hand)))
    return found


def _elsewhere(position: Position) -> str:
    amount = display(position.elsewhere, position.currency)
    return (f"{amount} of it was earned on a Stripe account that we do not see any more. Whether it"
            " was paid out, the Dashboard of that account says.")  # fmt: skip


def _converted(position: Position) -> str:
    parts = " and ".join(display(amount, into) for into, amount in position.converted.items())
    amount = display(position.changed, position.currency)
    return (f"Stripe has changed {amount} of it into {parts}. That is paid out in the other"
            " currency and is in no other number here.")  # fmt: skip


def _unexplained(payouts: list[Payout]) -> str:
    which = f"{len(payouts):,} payouts, {_total(payouts)} in all"
    if len(payouts) == 1:
        which = f"the payout of {_total(payouts)} of {clock.display_day(payouts[0].created_at)}"
    return (f"Stripe has not told us yet which sales are in {which}. Until then they count as"
            " owed.")  # fmt: skip


def _by_hand(payouts: list[Payout]) -> str:
    return (f"You have paid out {_total(payouts)} yourself. Stripe makes no list of the sales in"
            " such payouts, so those sales still count as owed here.")  # fmt: skip


def _total(payouts: Iterable[Payout]) -> str:
    totals: dict[str, int] = {}
    for each in payouts:
        totals[each.currency] = totals.get(each.currency, 0) + each.amount
    return " and ".join(display(amount, currency) for currency, amount in totals.items())


def freshness(fetch: Fetch | None) -> str:
    """How fresh what Stripe has told is."""
    if fetch is None:
        return ("Nothing was fetched from your account at Stripe yet, so this page only knows what"
                " your sales brought.")  # fmt: skip
    if fetch.stopped:
        return f"What Stripe has told us may be old: {fetch.problem}"
    if fetch.complete_until is None:
        return "Your payouts are being fetched from Stripe, so these numbers are not complete yet."
    return f"As Stripe had it on {clock.display_time(clock.from_unix(fetch.complete_until))}."
