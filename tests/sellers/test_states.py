"""The state of an account follows from what Stripe says of it, whichever way it came."""

from typing import Any

import pytest

from storefront.sellers import states
from storefront.sellers.repository.stripe_accounts import ConnectedAccount

BARE = ConnectedAccount(
    stripe_account_id="acct_1", seller_id="1", connected=True, charges_enabled=False,
    payouts_enabled=False, details_submitted=False, transfers_capability="inactive",
    card_payments_capability="inactive", requirements={}, display_name="", country="US",
    default_currency="usd", read_at="", stale_at=None, connected_at="", disconnected_at=None,
    told_state="", told_before="", statement_prefix="", debits_negative_balances=None,
    payout_interval="",
    on_behalf_of=False, cross_border=False, payable=False,
)  # fmt: skip
CHECKING = "requirements.pending_verification"


def account(**facts: Any) -> ConnectedAccount:
    """An account of which this is known; `reason` is its disabled_reason."""
    if "reason" in facts:
        facts["requirements"] = {"disabled_reason": facts.pop("reason")}
    allowed = facts.get("transfers_capability") == "active" and facts.get("connected", True)
    facts.setdefault("payable", allowed)
    return ConnectedAccount(**{**{f: getattr(BARE, f) for f in BARE.__slots__}, **facts})


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "pending"),
        ({"reason": "requirements.past_due"}, "pending"),
        ({"details_submitted": True, "transfers_capability": "pending"}, "pending"),
        ({"details_submitted": True, "reason": CHECKING}, "pending"),
        ({"details_submitted": True, "reason": "under_review"}, "pending"),
        ({"details_submitted": True}, "restricted"),
        ({"details_submitted": True, "reason": "requirements.past_due"}, "restricted"),
        ({"details_submitted": True, "reason": "a_new_reason"}, "restricted"),
        ({"reason": "no_access"}, "restricted"),
        ({"details_submitted": True, "charges_enabled": True}, "restricted"),
        ({"details_submitted": True, "reason": "rejected.fraud"}, "rejected"),
        ({"reason": "rejected.platform_other"}, "rejected"),
        ({"transfers_capability": "active"}, "ready"),
        ({"transfers_capability": "active", "reason": "requirements.past_due"}, "ready"),
        ({"transfers_capability": "active", "payouts_enabled": False}, "ready"),
        ({"transfers_capability": "active", "connected": False}, "disconnected"),
        (
            {"transfers_capability": "active", "payable": False, "details_submitted": True},
            "restricted",
        ),
    ],
)
def test_a_state_is_derived(facts: dict[str, Any], state: str) -> None:
    known = account(**facts)
    assert states.state_of(known) == state
    assert states.ready_to_sell(known) == (state == states.READY)
    assert bool(states.why_not(known)) != (state == states.READY)
    assert state in states.WORDS


def test_a_shop_without_an_account_has_no_state() -> None:
    assert states.state_of(None) == ""
    assert not states.ready_to_sell(None)
