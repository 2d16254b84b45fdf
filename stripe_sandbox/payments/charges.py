"""Charges: read and annotate; they are made by payment intents."""

from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.api.rendering import computed, list_of
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed


@operation("GET", "/v1/charges/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One charge."""
    return call.fetch("charge", identifier)


@operation("GET", "/v1/charges", "ChargeListParams")
def list_all(call: Call) -> JSON:
    """Charges, newest first."""
    wanted = {
        name: call.params.get(name) for name in ("customer", "payment_intent", "transfer_group")
    }
    return call.page("charge", "/v1/charges", wanted)


@operation("POST", "/v1/charges/<identifier>", "ChargeUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Change description, metadata, receipt address, shipping and transfer group."""
    charge = call.fetch("charge", identifier)
    before = {"metadata": charge["metadata"], "description": charge["description"]}
    for name in ("description", "receipt_email", "shipping", "transfer_group", "fraud_details"):
        if name in call.params:
            charge[name] = call.params[name]
    charge["metadata"] = metadata(call.params, charge["metadata"])
    changed(call.sandbox, "charge.updated", charge, **before)
    return charge


@computed("charge", "refunds", on_request=True)
def _refunds(sandbox: Sandbox, charge: JSON) -> JSON:
    found = sandbox.store.select("refund", matching={"charge": charge["id"]}, limit=11)
    return list_of(
        sandbox, f"/v1/charges/{charge['id']}/refunds", found[:10], has_more=len(found) > 10
    )
