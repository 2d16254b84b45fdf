"""Rejecting accounts that the platform answers for, and changing one's mind."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, operation
from stripe_sandbox.connect.accounts import managed, set_capability, set_requirements
from stripe_sandbox.store import JSON

_DISABLED = {"credit": "platform_other", "other": "platform_other"}
_DISABLED["terms_of_service"] = "platform_terms_of_service"


@operation("POST", "/v1/accounts/<identifier>/reject", "AccountRejectParams")
def reject(call: Call, identifier: str) -> JSON:
    """Refuse an Express or Custom account; it can neither be paid nor, usually, pay out."""
    account = managed(call, identifier)
    if account.get("_rejected"):
        raise errors.refused(f"Account {identifier} has already been rejected.")
    kept = {name: account[name] for name in ("requirements", "capabilities", "payouts_enabled")}
    account["_rejected"] = kept | {"capabilities": dict(account["capabilities"])}
    reason = _DISABLED.get(call.params["reason"], "platform_fraud")
    due = account["requirements"]["currently_due"]
    set_requirements(call.sandbox, account, due, f"rejected.{reason}")
    account["payouts_enabled"] = call.params.get("payouts_action") == "none"
    for name in kept["capabilities"]:
        set_capability(call.sandbox, account, name, "inactive")
    return account


@operation("POST", "/v1/accounts/<identifier>/unreject", "AccountUnrejectParams")
def unreject(call: Call, identifier: str) -> JSON:
    """Take a rejection back; the account can do what it could before."""
    account = managed(call, identifier)
    before = account.pop("_rejected", None)
    if before is None:
        raise errors.refused(f"Account {identifier} is not rejected.")
    due = before["requirements"]
    set_requirements(call.sandbox, account, due["currently_due"], due["disabled_reason"])
    account["payouts_enabled"] = before["payouts_enabled"]
    for name, status in before["capabilities"].items():
        set_capability(call.sandbox, account, name, status)
    return account
