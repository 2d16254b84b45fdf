"""Named switches for what is unconfirmed about Stripe, and for convenience."""

from dataclasses import asdict, dataclass, field, fields
from typing import Any


def _switch(means: str, *values: str) -> Any:
    """A switch, off by default; or, with ``values``, a choice whose default is the first."""
    default = values[0] if values else False
    return field(default=default, metadata={"means": means, "values": values or (True, False)})


def _on(means: str) -> Any:
    return field(default=True, metadata={"means": means, "values": (True, False)})


@dataclass
class Switches:
    """How the sandbox behaves where Stripe's behaviour is unknown or inconvenient.

    Changed at the command line, in the control room or through ``POST /_sandbox/switches``.
    """

    strict_pending: bool = _switch("funds stay pending for two days")
    fee_refund_rounding: str = _switch(
        "`nearest`: how proportional parts are rounded", "floor", "nearest"
    )
    platform_shortfall: str = _switch(
        "`negative`: refunds may overdraw the platform", "pending", "negative"
    )
    seller_shortfall: str = _switch(
        "`negative`: reversals may overdraw a seller", "error", "negative"
    )
    live_retries: bool = _switch(
        "failed deliveries are tried again for three days, as in live mode, not for an hour"
    )
    automatic_payouts: bool = _switch(
        "whether `settings.payouts.schedule` pays out by itself on the sandbox's clock"
    )
    negative_balance_debits: bool = _switch(
        "whether a negative balance is debited from the account's bank within a day, if its "
        "`settings.payouts.debit_negative_balances` allows it"
    )
    payout_lists_itself: bool = _switch(
        "whether `balance_transactions?payout=` also lists the payout's own transaction"
    )
    won_dispute_returns_fee: bool = _switch(
        "whether winning a dispute also returns the fee for receiving it"
    )
    deny_keeps_state: bool = _on(
        "whether refusing consent returns `state`; one request can ask with `&deny_without_state=1`"
    )
    destination_payment_events: bool = _switch(
        "whether a seller's `py_` payment causes `payment.created` for the Connect endpoint"
    )
    reverse_after_disconnect: bool = _on(
        "whether transfers to a disconnected account can still be reversed, by a refund or alone"
    )
    failed_refund_reopens_charge: bool = _on(
        "whether a failed refund lowers `charge.amount_refunded`"
    )

    rate_limit: str = _switch(
        "API requests per second; more are answered with 429",
        *("off", "1", "5", "25", "100"),
    )
    fee_percent_rounding: str = _switch(
        "`nearest`: how `application_fee_percent` and `amount_percent` are rounded",
        "floor",
        "nearest",
    )
    dunning_ends: str = _switch(
        "what becomes of a subscription when every retry has failed",
        "canceled",
        "unpaid",
        "past_due",
    )

    def change(self, **values: Any) -> None:
        """Set switches by name; an unknown name or value raises ``ValueError``."""
        for name, value in values.items():
            allowed = values_of(name)
            if value not in allowed:
                raise ValueError(f"{name} is one of {', '.join(map(str, allowed))}")
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """All switches and their values."""
        return asdict(self)


def values_of(name: str) -> tuple[Any, ...]:
    """What a switch can be set to; ``ValueError`` when there is no such switch."""
    return tuple(_field(name)["values"])


def meaning_of(name: str) -> str:
    """What a switch does, in words (Markdown)."""
    return str(_field(name)["means"])


def _field(name: str) -> Any:
    for each in fields(Switches):
        if each.name == name:
            return each.metadata
    raise ValueError(f"no such switch: {name}")
