"""Stripe's own clients for Node and for the command line, run against the sandbox."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.hooks import Hooks
from tests.stripe_sandbox.listener import Listener
from tests.stripe_sandbox.shop import Shop
from tests.support import clients

pytestmark = pytest.mark.node
COMMAND_LINE_KEY = "sk_test_command_line"


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


class CommandLine:
    """``stripe …`` with the sandbox as its API."""

    def __init__(self, shop: Shop, home: Path) -> None:
        self.home = home
        self.where = ("--api-base", shop.sandbox.url, "--api-key", COMMAND_LINE_KEY)

    def __call__(self, *words: str) -> str:
        """Run it; its output."""
        ended = clients.run_command(self.home, *words, *self.where)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


@pytest.fixture
def command_line(shop: Shop, tmp_path: Path) -> CommandLine:
    """The command-line client, with a home directory of its own."""
    return CommandLine(shop, tmp_path)


def test_the_command_line_reads_and_writes(shop: Shop, command_line: CommandLine) -> None:
    charge = shop.sell(1000)
    assert json.loads(command_line("get", f"/v1/charges/{charge.id}"))["amount"] == 1000
    assert json.loads(command_line("charges", "retrieve", charge.id))["id"] == charge.id
    listed = json.loads(command_line("charges", "list", "--limit", "1"))
    assert [each["id"] for each in listed["data"]] == [charge.id]
    shop.topup(1000)
    flags = ("-d", "reverse_transfer=true", "-d", "refund_application_fee=true")
    made = json.loads(command_line("refunds", "create", "--charge", charge.id, *flags))
    assert made["status"] == "succeeded"
    command_line("post", f"/v1/charges/{charge.id}", "-d", "metadata[from]=a shell")
    assert shop.client.v1.charges.retrieve(charge.id).metadata.to_dict() == {"from": "a shell"}


TRIGGERS = [
    "account.application.deauthorized",
    "account.updated",
    "balance.available",
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.created",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.updated",
    "customer.updated",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "price.created",
    "product.created",
    "product.updated",
    "setup_intent.created",
    "setup_intent.succeeded",
    "payout.created",
    "payout.updated",
    "topup.created",
    "transfer.created",
    "transfer.reversed",
    "transfer.updated",
]
OTHERWISE_NAMED = {"charge.refund.updated": "refund.updated"}


@pytest.mark.parametrize("event", [*TRIGGERS, *OTHERWISE_NAMED])
def test_a_trigger_leads_to_its_event(shop: Shop, command_line: CommandLine, event: str) -> None:
    """The platform has some money, without which Stripe refuses transfers too."""
    shop.topup(10000)
    command_line("trigger", event)
    shop.sandbox.control("clock/advance", seconds=200)  # banks need three minutes
    told = {each["type"] for each in shop.sandbox.read("events")["events"]}
    assert OTHERWISE_NAMED.get(event, event) in told


def test_a_trigger_can_be_changed(shop: Shop, command_line: CommandLine) -> None:
    change = ("--override", "payment_intent:amount=4321", "--add", "payment_intent:metadata.a=b")
    command_line("trigger", "payment_intent.created", *change)
    own = {"path": "/v1/payment_intents", "params": {"amount": 777, "currency": "usd"}}
    fixture = {"name": "own", "method": "post", **own}
    raw = {"_meta": {"template_version": 0}, "fixtures": [fixture]}
    command_line("trigger", "own", "--raw", json.dumps(raw))
    made = shop.client.v1.payment_intents.list().data
    assert [(each.amount, each.metadata.to_dict()) for each in made] == [
        (777, {}),
        (4321, {"a": "b"}),
    ]


def test_the_command_line_sends_an_event_again(
    shop: Shop, command_line: CommandLine, listener: Listener
) -> None:
    hooks = Hooks(shop, listener, "charge.succeeded")
    shop.sell()
    (event,) = hooks.arrived()
    command_line("events", "resend", event.id, "--webhook-endpoint", hooks.platform.id)
    assert [each.id for each in hooks.arrived()] == [event.id, event.id]


@pytest.mark.parametrize("how", ["all events", "as the endpoints"])
def test_the_command_line_listens(
    shop: Shop, command_line: CommandLine, listener: Listener, how: str
) -> None:
    forward = {
        "all events": ("--forward-to", f"{listener.url}/hook"),
        "as the endpoints": ("--load-from-webhooks-api", "--forward-to", listener.url),
    }[how]
    elsewhere: Any = {"url": "http://127.0.0.1:9/hook", "enabled_events": ["charge.succeeded"]}
    shop.client.v1.webhook_endpoints.create(elsewhere)
    secret = command_line("listen", "--print-secret").strip()
    with clients.listening(command_line.home, *forward, *command_line.where):
        shop.sell()
        expected = {"all events": len(shop.event_types()), "as the endpoints": 1}[how]
        while len(listener.received) < expected:
            time.sleep(0.01)
    received = [
        shop.client.construct_event(each.body, each.signature, secret).type
        for each in listener.received
        if each.path == "/hook"
    ]
    assert "charge.succeeded" in received
    assert len(received) == expected


CHECKOUT: dict[str, dict[str, Any]] = {
    "checkout.session.completed": {"type": "card", "card": {"token": "tok_visa"}},
    "checkout.session.async_payment_succeeded": {
        "type": "sepa_debit",
        "sepa_debit": {"iban": "AT321904300235473204"},
    },
    "checkout.session.async_payment_failed": {
        "type": "sepa_debit",
        "sepa_debit": {"iban": "AT861904300235473202"},
    },
}


@pytest.mark.parametrize("event", CHECKOUT)
def test_the_calls_of_the_checkout_triggers_lead_to_their_event(
    shop: Shop, command_line: CommandLine, event: str
) -> None:
    """The client's own fixtures for Checkout, in our words and with a price of the moment."""
    session, page = shop.session_params(1500, "eur"), "/v1/payment_pages/${session:id}"
    method, confirmed = {**CHECKOUT[event]}, {"payment_method": "${method:id}"}
    steps = [
        ("session", "post", "/v1/checkout/sessions", session),
        ("page", "get", page, {}),
        ("method", "post", "/v1/payment_methods", method),
        ("confirm", "post", f"{page}/confirm", {**confirmed, "expected_amount": 1500}),
    ]
    fixtures = [
        dict(zip(("name", "method", "path", "params"), step, strict=True)) for step in steps
    ]
    raw = {"_meta": {"template_version": 0}, "fixtures": fixtures}
    command_line("trigger", "own", "--raw", json.dumps(raw))
    shop.sandbox.control("clock/advance", seconds=180)
    assert shop.event_types()[-1] == event
