"""What older versions of the API say in other words.

A request without ``Stripe-Version`` has the default version of its account, which nobody knows
here; it may use the words of both. The command-line client sends none.
"""

from stripe_sandbox.store import JSON

ENDIVE = "2026-09-30.endive"
_PAYING = ("/v1/payment_intents", "/v1/setup_intents", "/v1/checkout/sessions")


def translated(version: str | None, path: str, given: JSON) -> JSON:
    """The parameters in today's words (docs.stripe.com/changelog/endive)."""
    older = version is None or version < ENDIVE
    if older and path.startswith(_PAYING) and "payment_method_types" in given:
        renamed = {"payment_method_types": "allowed_payment_method_types"}
        return {renamed.get(name, name): value for name, value in given.items()}
    return given
