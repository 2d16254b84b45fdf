"""Shopper and seller write to each other about an order; the operator reads along."""

from collections.abc import Callable

import pytest

from storefront.catalog.service import Listing
from storefront.current import Services
from storefront.messages import service as messages
from storefront.orders.service import Order
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.support import mailbox
from tests.support.mailbox import Message
from tests.support.pages import Page

SignIn = Callable[[str], Browser]
BOB, ALICE = "bob@example.com", "alice@example.com"


@pytest.fixture
def mug(cast: Cast) -> Listing:
    return cast.listing(cast.shop(), title="Blue mug", requires_shipping=True)


@pytest.fixture
def order(cast: Cast, mug: Listing) -> Order:
    """Bought by a guest."""
    return cast.order(mug, email=BOB)


@pytest.fixture
def alice(mug: Listing, as_user: SignIn) -> Browser:
    assert mug
    return as_user("Alice")


@pytest.fixture
def letters(services: Services) -> Callable[[str], list[Message]]:
    """The mails about messages that somebody got."""

    def read(to: str) -> list[Message]:
        for job in services.jobs:
            if job.name == "mail":
                job.run(services)
        found = [each for each in mailbox.collect(services) if each.to == to]
        return [each for each in found if "written to you" in each.subject]

    return read


def link(order: Order) -> str:
    return f"/orders/{order.token}"


def sold(order: Order) -> str:
    return f"/sell/orders/{order.id}"


def says(browser: Browser, page: str, text: str, status: int = 303, **how: object) -> str:
    """Fill in the form on an order's page; what the answer says."""
    there = f"{page}/messages"
    fields = browser.page(page).form(there) | {"text": text}
    answer = browser.post(there, data=fields, **how)
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_a_guest_and_the_seller_talk(
    client: Browser,
    alice: Browser,
    order: Order,
    letters: Callable[[str], list[Message]],
    headers: dict[str, str],
) -> None:
    status = 200 if headers else 303
    says(client, link(order), "Which blue is it?\n<b>Dark?</b>", status, headers=headers)
    [told] = letters(ALICE)
    assert told.link == sold(order)
    assert "blue" not in told.text
    assert "New messages1order with news" in alice.page("/sell").text.replace(" 1 ", "1")
    assert str(order.number) in alice.page("/sell/orders?view=unread").links()
    text = alice.page(sold(order)).text
    assert "Which blue is it?" in text
    assert "<b>Dark?</b>" in text
    says(alice, sold(order), "Sky blue. See https://example.com/blue", status, headers=headers)
    assert "New messages" not in alice.page("/sell").text
    assert str(order.number) not in alice.page("/sell/orders?view=unread").links()
    [answered] = letters(BOB)
    assert answered.link == link(order)
    assert "Sky" not in answered.text
    page = client.page(link(order))
    assert "See https://example.com/blue" in page.text
    assert not any("example.com" in there for there in page.links().values())
    assert "Read" in page.text


def test_what_has_been_read_needs_no_mail(
    client: Browser, alice: Browser, order: Order, letters: Callable[[str], list[Message]]
) -> None:
    says(client, link(order), "Hello?")
    path = f"{sold(order)}/messages/read"
    fields = alice.page(sold(order)).form(path)
    answer = alice.post(path, data=fields, headers=HTMX)
    assert answer.text.startswith('<div id="message-list"')
    assert "Mark as read" not in answer.text
    assert letters(ALICE) == []
    assert "Read" in client.page(link(order)).text
    says(client, link(order), "One more thing")
    assert alice.post(path, data=fields).status_code == 303
    assert "Mark as read" in alice.get(sold(order)).text
    assert len(letters(ALICE)) == 1


def test_more_before_it_is_read_sends_no_further_mail(
    client: Browser, order: Order, letters: Callable[[str], list[Message]]
) -> None:
    for text in ("One", "Two", "Three"):
        says(client, link(order), text)
    assert len(letters(ALICE)) == 1


def test_a_form_that_comes_twice_is_one_message(
    client: Browser, order: Order, services: Services
) -> None:
    path = f"{link(order)}/messages"
    fields = client.page(link(order)).form(path) | {"text": "Once"}
    for _ in range(3):
        assert client.post(path, data=fields).status_code == 303
    with services.store.read() as tx:
        assert [each.text for each in messages.of_order(tx, order.id)] == ["Once"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
@pytest.mark.one_database
def test_what_cannot_be_sent_stays_in_its_field(
    client: Browser, order: Order, headers: dict[str, str]
) -> None:
    long = "x" * 2001
    answer = says(client, link(order), long, 422, headers=headers)
    assert "under 2,000 characters; these are 2,001" in answer
    assert long in answer
    assert "Please write something first" in says(client, link(order), " \n", 422, headers=headers)
    for number in range(messages.AN_HOUR):
        says(client, link(order), f"Number {number}")
    answer = says(client, link(order), "One too many", 429, headers=headers)
    assert "20 messages an hour. Please wait" in answer
    assert Page(answer).form(f"{link(order)}/messages")["text"].strip() == "One too many"


@pytest.mark.one_database
def test_news_come_only_if_there_are_some(client: Browser, alice: Browser, order: Order) -> None:
    path = f"{link(order)}/messages"
    assert client.get(f"{path}?seen=0-0", headers=HTMX).status_code == 204
    says(alice, sold(order), "Hello")
    answer = client.get(f"{path}?seen=0-0", headers=HTMX)
    assert "Hello" in answer.text
    assert "seen=1-1" in answer.text
    assert "Messages about order" in client.page(path).text


def test_the_operator_reads_along_and_is_announced(
    client: Browser, as_user: SignIn, order: Order
) -> None:
    assert "can read along" in client.page(link(order)).text
    says(client, link(order), "Just between us")
    page = as_user("Olga").get(f"/admin/orders/{order.id}").text
    assert "Just between us" in page
    assert "Send message" not in page


def test_nobody_writes_before_the_payment_or_about_anothers_order(
    client: Browser, as_user: SignIn, cast: Cast, mug: Listing, order: Order
) -> None:
    unpaid = cast.order(mug, pay=False)
    assert "Send message" not in client.page(link(unpaid)).text
    data = {"text": "Hello", "form_token": "t" * 24}
    answer = client.post(f"{link(unpaid)}/messages", data=data)
    assert answer.status_code == 409
    assert "once this order is paid" in answer.text
    cast.shop("Charlie")
    charlie = as_user("Charlie")
    charlie.page("/sell")
    for path in ("", "/read"):
        assert charlie.post(f"{sold(order)}/messages{path}", data=data).status_code == 404
    assert charlie.get(f"{sold(order)}/messages").status_code == 404


@pytest.mark.one_database
def test_a_form_is_good_for_one_order_alone(
    client: Browser, cast: Cast, mug: Listing, order: Order
) -> None:
    data = {"text": "Hello", "form_token": "t" * 24}
    assert client.post(f"{link(order)}/messages", data=data).status_code == 303
    answer = client.post(f"{link(cast.order(mug))}/messages", data=data)
    assert answer.status_code == 409
    assert "Please start again" in answer.text
    answer = client.post(f"{link(order)}/messages", data={"text": "Hello"})
    assert answer.status_code == 422
    assert "once more" in answer.text


def test_what_was_said_stays_said(client: Browser, order: Order, services: Services) -> None:
    says(client, link(order), "Mine")
    for change in ("UPDATE order_messages SET text = 'Yours'", "DELETE FROM order_messages"):
        with pytest.raises(Exception, match="append-only"), services.store.transaction() as tx:
            tx.run(change)


@pytest.mark.one_database
def test_messages_stand_in_the_evidence_of_a_dispute(
    client: Browser, alice: Browser, cast: Cast, order: Order
) -> None:
    says(client, link(order), "It arrived, thank you!")
    for number in range(6):
        says(alice, sold(order), f"{number}" * 1900)
    made = cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute")
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, made)
    path = f"/sell/disputes/{made['id']}/evidence"
    text = alice.page(path).text
    assert "seller: 5555" in text
    assert "(Earlier messages are left out.)" in text
    assert "Messages between shopper and shop" in text
