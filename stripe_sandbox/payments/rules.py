"""Rules about amounts, fees and destinations that payment intents and Checkout share."""

from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call
from stripe_sandbox.connect.accounts import require_destination
from stripe_sandbox.store import JSON


def check_split(call: Call, given: JSON, total: int, prefix: str = "") -> JSON | None:
    """Check the fee, ``transfer_data`` and ``on_behalf_of``; return the transfer_data.

    ``prefix`` is the parameter that holds them (``payment_intent_data``) for the error's ``param``.
    """
    data, fee = given.get("transfer_data"), given.get("application_fee_amount")
    if data and "destination" in data:
        require_destination(
            call.sandbox, data["destination"], named(prefix, "transfer_data", "destination")
        )
    if given.get("on_behalf_of"):
        _check_merchant(call, given["on_behalf_of"], named(prefix, "on_behalf_of"))
    if data and data.get("amount") is not None:
        _check_part(data["amount"], total, named(prefix, "transfer_data", "amount"))
        if fee is not None:
            raise errors.exclusive(
                named(prefix, "application_fee_amount"), named(prefix, "transfer_data", "amount")
            )
    if fee is not None:
        _check_fee(call, data, fee, total, named(prefix, "application_fee_amount"))
    return {"amount": None, **data} if data else None


def named(prefix: str, name: str, *inner: str) -> str:
    """``payment_intent_data[transfer_data][amount]`` and the like."""
    parts = [prefix, name, *inner] if prefix else [name, *inner]
    return parts[0] + "".join(f"[{part}]" for part in parts[1:])


def _check_part(amount: int, total: int, param: str) -> None:
    if amount <= 0:  # there is no transfer of nothing
        raise errors.invalid("Invalid positive integer", param, "parameter_invalid_integer")
    if amount > total:
        message = (
            f"The transfer_data[amount] ({amount}) must not be greater than the total amount "
            f"({total})."
        )
        raise errors.invalid(message, param, "amount_too_large")


def _check_fee(call: Call, data: JSON | None, fee: int, total: int, param: str) -> None:
    if fee < 0:
        raise errors.invalid("Invalid non-negative integer", param, "parameter_invalid_integer")
    if data is None and call.on_platform:
        message = (
            "Can only apply an application_fee_amount when the PaymentIntent is attempting a "
            "direct payment (using an "
            "OAuth key or Stripe-Account header) or destination payment (using "
            "`transfer_data[destination]`)."
        )
        raise errors.invalid(message, param, "application_fees_not_allowed")
    if fee > total:
        message = (
            f"The application fee ({fee}) must not be greater than the total amount ({total})."
        )
        raise errors.invalid(message, param, "amount_too_large")


def _check_merchant(call: Call, identifier: str, param: str) -> None:
    account = call.sandbox.store.find(identifier)
    if account is None or account["object"] != "account":
        raise errors.missing("on_behalf_of", identifier, param, 400)
    if account["capabilities"].get("card_payments") != "active":
        message = (
            "Your account must have at least one of the following capabilities enabled to be "
            "used with on_behalf_of: "
            "card_payments"
        )
        raise errors.invalid(message, param, "capability_not_active")
