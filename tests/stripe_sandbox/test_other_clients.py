"""Stripe's own clients for Node and for the command line, run against the sandbox."""

import json

import pytest

from stripe_sandbox.testing import RunningSandbox
from tests.support import clients

pytestmark = pytest.mark.node


def test_the_node_client_plays_a_payment(sandbox: RunningSandbox) -> None:
    ended = clients.run_script("story.mjs", {"SANDBOX_URL": sandbox.url})
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout)
    errors = seen.pop("errors")
    assert seen == {
        "scope": "read_write",
        "unknown_code": ["StripeInvalidGrantError", None, None, 400],
        "same_session": True,
        "replayed": "true",
        "key_misused": ["StripeIdempotencyError", None, None, 400],
        "paid": ["paid", 1000],
        "fee": 59,
        "refund": ["succeeded", 1000],
        "seller_has": 0,
        "expanded_in_list": True,
        "amounts": [*range(111, 99, -1), 1000],
        "events": ["checkout.session.completed", "charge.refunded"],
        "forged": "StripeSignatureVerificationError",
    }
    assert errors == {
        "unknown": ["StripeInvalidRequestError", "resource_missing", "id", 404],
        "parameter": ["StripeInvalidRequestError", "parameter_unknown", "colour", 400],
        "removed": [
            "StripeInvalidRequestError",
            "payment_method_types_no_longer_supported",
            "payment_method_types",
            400,
        ],
        "declined": ["StripeCardError", "card_declined", None, 402],
    }
