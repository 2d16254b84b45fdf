"""Balance settings: the newer name of ``settings.payouts`` of an account."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

_DAYS = ("monthly_payout_days", "weekly_payout_days")


@operation("GET", "/v1/balance_settings")
def retrieve(call: Call) -> JSON:
    """How the acting account is paid out."""
    return _shown(call.sandbox.store.get(call.account))


def _shown(account: JSON) -> JSON:
    settings = account["settings"]["payouts"]
    schedule, manual = settings["schedule"], settings["schedule"]["interval"] == "manual"
    payouts = {
        "automatic_transfer_rules_by_currency": {},
        "minimum_balance_by_currency": None,
        "schedule": {
            "interval": schedule["interval"],
            **{name: None if manual else schedule.get(name) for name in _DAYS},
        },
        "statement_descriptor": settings["statement_descriptor"],
        "status": "enabled" if account["payouts_enabled"] else "disabled",
    }
    timing = {
        "delay_days": schedule["delay_days"],
        "delay_days_override": schedule.get("delay_days_override"),
        "start_of_day": None,
    }
    payments = {
        "debit_negative_balances": settings["debit_negative_balances"],
        "payouts": payouts,
        "settlement_timing": timing,
    }
    return {"object": "balance_settings", "payments": payments}


@operation("POST", "/v1/balance_settings", "BalanceSettingsUpdateParams")
def update(call: Call) -> JSON:
    """Change the schedule, the statement descriptor, and whether the bank may be debited."""
    account, given = call.sandbox.store.get(call.account), call.params.get("payments", {})
    settings, payouts = account["settings"]["payouts"], given.get("payouts", {})
    before = {"payments": _shown(account)["payments"]}
    for name in ("automatic_transfer_rules_by_currency", "minimum_balance_by_currency"):
        if payouts.get(name):
            message = f"The sandbox does not offer {name}."
            raise errors.invalid(message, f"payments[payouts][{name}]")
    settings["schedule"].update(payouts.get("schedule", {}))
    if "statement_descriptor" in payouts:
        settings["statement_descriptor"] = payouts["statement_descriptor"]
    if "debit_negative_balances" in given:
        settings["debit_negative_balances"] = given["debit_negative_balances"]
    _delay(settings["schedule"], given.get("settlement_timing", {}))
    call.sandbox.store.save(account)
    shown = _shown(account)
    emit(call.sandbox, "balance_settings.updated", shown, before, account["id"])
    return shown


def _delay(schedule: JSON, timing: JSON) -> None:
    if "delay_days_override" in timing:
        override = timing["delay_days_override"] or None
        schedule.update(delay_days_override=override, delay_days=override or 2)
