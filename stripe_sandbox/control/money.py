"""``/_sandbox`` calls about money: balances, payouts, top-ups, refunds, disputes."""

from stripe_sandbox.control import actions
from stripe_sandbox.control.routes import action, fetch
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON


@action("POST", "/topup")
def topup(sandbox: Sandbox, given: JSON) -> JSON:
    """Add own money to a balance: ``amount``, ``currency``, ``account`` (default: the platform)."""
    return actions.topup(sandbox, given)


@action("POST", "/payout")
def payout(sandbox: Sandbox, given: JSON) -> JSON:
    """Pay out (all available, or ``amount``) of ``account`` in ``currency``; drains a balance."""
    return actions.payout(sandbox, given)


@action("POST", "/payouts/automatic")
def pay_automatically(sandbox: Sandbox, given: JSON) -> JSON:
    """Pay out now as the schedule would: ``account`` (default: the platform), ``currency``."""
    return actions.pay_automatically(sandbox, given)


@action("POST", "/payouts/<identifier>/arrive")
def arrive_payout(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """A payout reaches the bank."""
    return actions.arrive_payout(sandbox, fetch(sandbox, "payout", identifier))


@action("POST", "/payouts/<identifier>/fail")
def fail_payout(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The bank sends a payout back: ``{"failure_code": "could_not_process"}``."""
    code = given.get("failure_code", "could_not_process")
    return actions.fail_payout(sandbox, fetch(sandbox, "payout", identifier), code)


@action("POST", "/topups/<identifier>/arrive")
def arrive_topup(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """A top-up that was made through the API arrives."""
    return actions.arrive_topup(sandbox, fetch(sandbox, "topup", identifier))


@action("POST", "/topups/<identifier>/fail")
def fail_topup(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The bank refuses a top-up: ``{"failure_code": "insufficient_funds"}``."""
    code = given.get("failure_code", "insufficient_funds")
    return actions.fail_topup(sandbox, fetch(sandbox, "topup", identifier), code)


@action("POST", "/payment_intents/<identifier>/authenticate")
def authenticate(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The customer answers 3-D Secure of an intent without a session: ``{"passed": true}``."""
    intent = fetch(sandbox, "payment_intent", identifier)
    return actions.authenticate_intent(sandbox, intent, passed=bool(given.get("passed", True)))


@action("POST", "/charges/<identifier>/dispute")
def dispute(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """Open a dispute: ``amount``, ``reason``, ``inquiry``, ``prevented``, ``answerable``."""
    return actions.dispute(sandbox, fetch(sandbox, "charge", identifier), given)


@action("POST", "/charges/<identifier>/warn")
def warn(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The issuer suspects fraud: ``{"fraud_type": "misc"}``."""
    charge = fetch(sandbox, "charge", identifier)
    return actions.warn(sandbox, charge, given.get("fraud_type", "misc"))


@action("POST", "/disputes/<identifier>/decide")
def decide(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """The issuer decides: ``{"outcome": "won" | "lost" | "escalate" | "appeal" | "prevented"}``."""
    return actions.decide(sandbox, fetch(sandbox, "dispute", identifier), given.get("outcome", ""))


@action("POST", "/refunds/<identifier>/fail")
def fail_refund(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """A refund comes back: ``{"reason": "unknown"}``."""
    return actions.fail_refund(
        sandbox, fetch(sandbox, "refund", identifier), given.get("reason", "unknown")
    )


@action("POST", "/refunds/<identifier>/settle")
def settle_refund(sandbox: Sandbox, given: JSON, identifier: str) -> JSON:
    """A pending refund arrives."""
    return actions.settle_refund(sandbox, fetch(sandbox, "refund", identifier))
