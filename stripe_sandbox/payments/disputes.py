"""Disputes as the API offers them: read, answered with evidence, accepted."""

from typing import Any

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, metadata, operation
from stripe_sandbox.payments.dispute_objects import FILES
from stripe_sandbox.payments.dispute_states import ANSWERABLE, decide, submit
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed

MAX_EVIDENCE = 150_000


@operation("GET", "/v1/disputes/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One dispute."""
    return call.fetch("dispute", identifier)


@operation("GET", "/v1/disputes", "DisputeListParams")
def list_all(call: Call) -> JSON:
    """Disputes, of one charge or intent."""
    wanted = {name: call.params.get(name) for name in ("charge", "payment_intent")}
    return call.page("dispute", "/v1/disputes", wanted)


@operation("POST", "/v1/disputes/<identifier>", "DisputeUpdateParams")
def update(call: Call, identifier: str) -> JSON:
    """Stage evidence, or submit it (``submit`` defaults to true when evidence is given)."""
    dispute, params = call.fetch("dispute", identifier), call.params
    before = {"metadata": dispute["metadata"], "status": dispute["status"]}
    dispute["metadata"] = metadata(params, dispute["metadata"])
    dispute["intended_submission_method"] = params.get(
        "intended_submission_method", dispute["intended_submission_method"]
    )
    if params.get("evidence") or "submit" in params:
        _refuse_late(dispute)
        _take_evidence(call.sandbox, dispute, params.get("evidence") or {})
    if params.get("submit", bool(params.get("evidence"))):
        submit(call.sandbox, dispute)
    changed(call.sandbox, "charge.dispute.updated", dispute, **before)
    return dispute


def _refuse_late(dispute: JSON) -> None:
    if dispute["status"] not in ANSWERABLE:
        raise errors.refused(
            "This dispute is already closed or its evidence was already submitted."
        )
    details = dispute["evidence_details"]
    if not details["due_by"]:
        raise errors.refused("The cardholder's bank does not allow a response to this dispute.")
    if details["past_due"]:
        raise errors.refused("The deadline for submitting evidence for this dispute has passed.")


def _take_evidence(sandbox: Sandbox, dispute: JSON, given: JSON) -> None:
    for name in FILES:
        _check_file(sandbox, given.get(name), f"evidence[{name}]")
    appeal = ((given.get("appeal") or {}).get("card") or {}).get("supporting_files") or []
    for position, identifier in enumerate(appeal):
        param = f"evidence[appeal][card][supporting_files][{position}]"
        _check_file(sandbox, identifier, param)
    merged = {**dispute["evidence"], **{name: value or None for name, value in given.items()}}
    if sum(map(_characters, merged.values())) > MAX_EVIDENCE:
        message = "The combined character count of all evidence may not exceed 150,000."
        raise errors.invalid(message, "evidence")
    dispute["evidence"] = merged
    dispute["evidence_details"]["has_evidence"] = any(merged.values())


def _characters(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_characters, value.values()))
    return len(value) if isinstance(value, str) else 0


def _check_file(sandbox: Sandbox, identifier: str | None, param: str) -> None:
    if not identifier:
        return
    stored = sandbox.store.find(identifier)
    if stored is None or stored["object"] != "file":
        raise errors.missing("file upload", identifier, param, 400)
    if stored["purpose"] not in ("dispute_evidence", "customer_signature"):
        raise errors.invalid(
            "The file must have been uploaded with the purpose dispute_evidence.", param
        )


@operation("POST", "/v1/disputes/<identifier>/close", "DisputeCloseParams")
def close(call: Call, identifier: str) -> JSON:
    """Accept the dispute as lost; cannot be undone."""
    dispute = call.fetch("dispute", identifier)
    if dispute["status"] not in ANSWERABLE:
        raise errors.refused("This dispute cannot be closed: it is not waiting for a response.")
    decide(call.sandbox, dispute, "lost")
    return dispute
