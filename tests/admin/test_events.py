"""The inbox of Stripe's events."""

import json
from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.ids import new_id
from storefront.orders.service import Order
from storefront.webhooks import service as webhooks
from tests.client import HTMX, Browser
from tests.support.stripe import Stripe

Receive = Callable[..., str]


@pytest.fixture
def receive(services: Services) -> Receive:
    """Store and fold an event about an object; the id of its row."""

    def store(type_: str, **inner: object) -> str:
        event = {
            "id": f"evt_{new_id()}",
            "object": "event",
            "type": type_,
            "livemode": False,
            "created": 1_800_000_000,
            "data": {"object": {"object": "charge", **inner}},
        }
        webhooks.receive(services, "platform", event, json.dumps(event))
        with services.store.read() as tx:
            found = webhooks.listing(tx, search=str(event["id"]))
        return found[0].id

    return store


def test_events_are_listed_filtered_and_found(
    served: str, paid: Order, olga: Browser, sandbox: Stripe
) -> None:
    sandbox.settle()
    assert "checkout.session.completed" in olga.page("/admin/events").text
    ignored = olga.page("/admin/events?state=ignored").text
    assert "payment_intent.succeeded" in ignored
    assert "checkout.session.completed" not in ignored
    assert "charge.succeeded" in olga.page(f"/admin/events?q={paid.stripe_charge_id}").text
    assert "No event matches" in olga.page("/admin/events?q=absent").text
    assert olga.get("/admin/events?state=nonsense").status_code == 404


def test_no_events_is_said(olga: Browser) -> None:
    assert "No events here" in olga.page("/admin/events?state=parked").text


def test_an_event_shows_its_body_and_what_became_of_it(olga: Browser, receive: Receive) -> None:
    page = olga.page(f"/admin/events/{receive('charge.updated', id='ch_<script>')}")
    assert "It is about something that we do not know yet" in page.text
    assert '"id": "ch_<script>"' in page.text
    assert not page.all("script", src="")


def test_an_event_that_cannot_be_folded_says_why(olga: Browser, receive: Receive) -> None:
    text = olga.page(f"/admin/events/{receive('charge.updated', id={})}").text
    assert "Why it could not be folded" in text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_replaying_folds_once_more_and_is_on_record(
    olga: Browser, receive: Receive, services: Services, headers: dict[str, str]
) -> None:
    address = f"/admin/events/{receive('charge.updated', id='ch_unknown')}"
    olga.page(address)
    answer = olga.post(f"{address}/replay", headers=headers)
    assert (answer.location or answer.headers["HX-Redirect"]) == address
    page = olga.page(address)
    assert "Replayed. It is about something that we do not know yet" in page.text
    assert "Tries2" in page.text
    with services.store.read() as tx:
        assert tx.value("SELECT detail FROM audit_log WHERE action = 'event.replayed'") == (
            "charge.updated, was parked"
        )


def test_an_absent_event_is_not_found(olga: Browser, as_user: Callable[[str], Browser]) -> None:
    address = f"/admin/events/{new_id()}"
    assert olga.get(address).status_code == 404
    assert olga.post(f"{address}/replay").status_code == 404
    bob = as_user("Bob")
    assert bob.post(f"{address}/replay").status_code == 404
