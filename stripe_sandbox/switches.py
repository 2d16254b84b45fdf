"""Named switches for what is unconfirmed about Stripe, and for convenience."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar


@dataclass
class Switches:
    """How the sandbox behaves where Stripe's behaviour is unknown or inconvenient.

    ``docs/SANDBOX.md`` explains each. Changed at the command line or through
    ``POST /_sandbox/switches``.
    """

    strict_pending: bool = False
    fee_refund_rounding: str = "floor"
    platform_shortfall: str = "pending"
    seller_shortfall: str = "error"
    deny_keeps_state: bool = True
    destination_payment_events: bool = False
    reverse_after_disconnect: bool = True
    failed_refund_reopens_charge: bool = True

    CHOICES: ClassVar[dict[str, tuple[str, ...]]] = {
        "fee_refund_rounding": ("floor", "nearest"),
        "platform_shortfall": ("pending", "negative"),
        "seller_shortfall": ("error", "negative"),
    }

    def change(self, **values: Any) -> None:
        """Set switches by name; an unknown name or value raises ``ValueError``."""
        known = {field.name: field for field in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"no such switch: {name}")
            allowed = self.CHOICES.get(name, (True, False))
            if value not in allowed:
                raise ValueError(f"{name} is one of {', '.join(map(str, allowed))}")
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        """All switches and their values."""
        return asdict(self)
