"""Early fraud warnings: the issuer suspects fraud before anybody disputes."""

from stripe_sandbox import ids
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.api.rendering import computed
from stripe_sandbox.sandbox import Sandbox, when_due
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import emit

KIND = "radar.early_fraud_warning"
TYPES = (
    "card_never_received",
    "fraudulent_card_application",
    "made_with_counterfeit_card",
    "made_with_lost_card",
    "made_with_stolen_card",
    "misc",
    "unauthorized_use_of_card",
)


def warn(sandbox: Sandbox, charge: JSON, fraud_type: str = "misc") -> JSON:
    """The issuer warns about a charge; ``ValueError`` for an unknown ``fraud_type``."""
    if fraud_type not in TYPES:
        raise ValueError(f"fraud_type is one of {', '.join(TYPES)}")
    warning: JSON = {
        "id": ids.new("issfr"),
        "object": KIND,
        "charge": charge["id"],
        "created": sandbox.clock.now(),
        "fraud_type": fraud_type,
        "livemode": False,
        "payment_intent": charge["payment_intent"],
    }
    sandbox.store.add(warning, charge["_account"])
    emit(sandbox, f"{KIND}.created", warning)
    return warning


@computed(KIND, "actionable")
def _actionable(sandbox: Sandbox, warning: JSON) -> bool:
    """A warning is actionable until its charge is fully refunded or disputed."""
    charge = sandbox.store.get(warning["charge"])
    return not (charge["refunded"] or charge["disputed"])


def note_end(sandbox: Sandbox, charge: JSON) -> None:
    """A charge was fully refunded or disputed: nothing can be done about its warnings any more."""
    for warning in sandbox.store.select(KIND, matching={"charge": charge["id"]}):
        emit(sandbox, f"{KIND}.updated", warning, {"actionable": True})


@when_due("warn_of_fraud")
def _warn_when_due(sandbox: Sandbox, charge_id: str) -> None:
    warn(sandbox, sandbox.store.get(charge_id))


@operation("GET", "/v1/radar/early_fraud_warnings/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One early fraud warning."""
    return call.fetch(KIND, identifier)


@operation("GET", "/v1/radar/early_fraud_warnings", "radar.EarlyFraudWarningListParams")
def list_all(call: Call) -> JSON:
    """Early fraud warnings, of one charge or intent."""
    wanted = {name: call.params.get(name) for name in ("charge", "payment_intent")}
    return call.page(KIND, "/v1/radar/early_fraud_warnings", wanted)
