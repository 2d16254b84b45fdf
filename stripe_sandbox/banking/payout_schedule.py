"""Automatic payouts by ``settings.payouts.schedule``, and debits of negative balances.

Off unless the switches ``automatic_payouts`` and ``negative_balance_debits`` say otherwise. An
automatic payout settles every available transaction that no earlier one has settled, so that
those transactions add up to its amount (docs.stripe.com/payouts/reconciliation).
"""

from datetime import UTC, date, datetime, timedelta

from stripe_sandbox.banking.payout_states import Order, pay_out
from stripe_sandbox.connect.banks import default_of
from stripe_sandbox.sandbox import Sandbox, after_reset, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

DAY = 86400
LONGEST = 31
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@after_reset
def _begin(sandbox: Sandbox) -> None:
    if sandbox.store.setting("payouts_until", None) is None:
        sandbox.store.set_setting("payouts_until", _today(sandbox).isoformat())
        sandbox.timers.start("automatic_payouts", sandbox.platform_id, DAY)


def _today(sandbox: Sandbox) -> date:
    return datetime.fromtimestamp(sandbox.clock.sandbox_now(), UTC).date()


@when_due("automatic_payouts")
def _tick(sandbox: Sandbox, _: str) -> None:
    """Once a day of the sandbox's clock; days that were skipped are made up for."""
    since = date.fromisoformat(sandbox.store.setting("payouts_until", ""))
    today = _today(sandbox)
    passed = [today - timedelta(days) for days in range(min((today - since).days, LONGEST))]
    sandbox.store.set_setting("payouts_until", today.isoformat())
    sandbox.timers.start("automatic_payouts", sandbox.platform_id, DAY)
    for account in reversed(sandbox.store.select("account")):
        _run(sandbox, account, passed)


def _run(sandbox: Sandbox, account: JSON, days: list[date]) -> None:
    settings, switches = account["settings"]["payouts"], sandbox.switches
    pays = switches.automatic_payouts and account["payouts_enabled"]
    pays = pays and any(_is_payday(settings["schedule"], day) for day in days)
    debits = switches.negative_balance_debits and settings["debit_negative_balances"]
    for currency, kept in sandbox.ledger.balances(account["id"]).items():
        if (kept["available"] > 0 and pays) or (kept["available"] < 0 and debits):
            pay_automatically(sandbox, account, currency)


def _is_payday(schedule: JSON, day: date) -> bool:
    interval = schedule["interval"]
    if interval == "weekly":
        return _WEEKDAYS[day.weekday()] in _anchors(schedule, "weekly", "monday")
    if interval == "monthly":
        last = (day + timedelta(1)).month != day.month
        anchors = [int(anchor) for anchor in _anchors(schedule, "monthly", 1)]
        return day.day in anchors or (last and max(anchors) > day.day)
    return bool(interval == "daily")


def _anchors(schedule: JSON, interval: str, default: str | int) -> list[str | int]:
    """``weekly_payout_days``, or the older ``weekly_anchor``."""
    several = schedule.get(f"{interval}_payout_days")
    return several or [schedule.get(f"{interval}_anchor") or default]


def pay_automatically(sandbox: Sandbox, account: JSON, currency: str) -> JSON | None:
    """Settle everything available in one payout; None when there is no money or no bank.

    A negative sum is debited from the bank: a payout with a negative amount.
    """
    settled = _unsettled(sandbox, account["id"], currency)
    amount = sum(each["net"] for each in settled)
    target = default_of(sandbox, account, currency)
    if amount == 0 or target is None or target["status"] == "errored":
        return None
    order = Order(amount, currency, target, automatic=True)
    payout = pay_out(sandbox, account["id"], order)
    own = sandbox.store.get(payout["balance_transaction"])
    for transaction in [*settled, own]:
        sandbox.store.save({**transaction, "_payout": payout["id"]})
    payout["reconciliation_status"] = "completed"
    sandbox.store.save(payout)
    emit(sandbox, "payout.reconciliation_completed", payout)
    return payout


def _unsettled(sandbox: Sandbox, account: str, currency: str) -> list[JSON]:
    matching = {"currency": currency, "status": "available"}
    found = sandbox.store.select("balance_transaction", account, matching)
    return [transaction for transaction in found if "_payout" not in transaction]
