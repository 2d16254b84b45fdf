"""Mails: written once, sent once, tried again, and impossible to misdirect."""

from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from storefront.current import Services
from storefront.mail import service as mail
from tests.cast import Cast
from tests.support import serving

CONTEXT = {"name": "Bob", "url": "https://shop.example/reset-password/token"}


def enqueue(services: Services, recipient: str = "bob@example.com", **context: str) -> None:
    with services.store.transaction() as tx:
        mail.enqueue(tx, "reset_password", "1", recipient, CONTEXT | context)


def sent(services: Services) -> list[EmailMessage]:
    """The messages in the folder, oldest first."""
    files = sorted(services.config.mail_folder.glob("*.eml"))
    return [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def words(message: EmailMessage) -> str:
    text: str = message.get_content()
    return text.replace("\r\n", "\n")


def state(services: Services) -> tuple[str, str]:
    with services.store.read() as tx:
        row = tx.one("SELECT state, context FROM mails")
    assert row is not None
    return row["state"], row["context"]


def test_without_a_server_a_mail_is_a_file(services: Services) -> None:
    enqueue(services)
    assert mail.send_due(services) == 1
    (message,) = sent(services)
    assert message["To"] == "bob@example.com"
    assert message["Subject"] == "Choose a new password for Storefront"
    assert "https://shop.example/reset-password/token" in message.get_content()
    (file,) = services.config.mail_folder.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_what_happens_twice_is_told_once(services: Services) -> None:
    enqueue(services)
    enqueue(services, "other@example.com")
    assert mail.send_due(services) == 1
    assert mail.send_due(services) == 0
    assert len(sent(services)) == 1


def test_after_sending_nothing_of_the_link_is_left(services: Services) -> None:
    enqueue(services)
    mail.send_due(services)
    assert state(services) == ("sent", "{}")


def test_a_mail_that_was_overtaken_does_not_go(services: Services) -> None:
    enqueue(services)
    with services.store.transaction() as tx:
        mail.overtake(tx, "reset_password", "1")
    assert mail.send_due(services) == 0
    assert state(services)[0] == "overtaken"


def test_a_mail_that_has_gone_cannot_be_overtaken(services: Services) -> None:
    enqueue(services)
    mail.send_due(services)
    with services.store.transaction() as tx:
        mail.overtake(tx, "reset_password", "1")
    assert state(services)[0] == "sent"


@pytest.mark.parametrize(
    "recipient",
    ["bob", "bob@example.com, eve@example.com", "bob@example.com\r\nBcc: eve@example.com"],
)
@pytest.mark.one_database
def test_a_recipient_is_exactly_one_address(services: Services, recipient: str) -> None:
    enqueue(services, recipient)
    assert mail.send_due(services) == 0
    assert not sent(services)
    assert state(services)[0] == "failed"


@pytest.mark.one_database
def test_no_text_becomes_a_header(services: Services) -> None:
    with services.store.transaction() as tx:
        name = "Eve\r\nBcc: everybody@example.com"
        context = {"name": name, "shop_name": name}
        mail.enqueue(tx, "account_disconnected", "1", "bob@example.com", context)
    mail.send_due(services)
    (message,) = sent(services)
    assert message["Bcc"] is None
    assert message["To"] == "bob@example.com"


def test_one_mail_that_fails_does_not_stop_the_others(services: Services) -> None:
    with services.store.transaction() as tx:
        mail.enqueue(tx, "no_such_kind", "1", "bob@example.com")
        mail.enqueue(tx, "no_account", "2", "bob@example.com")
    assert mail.send_due(services) == 1
    assert [message["Subject"] for message in sent(services)] == [
        "There is no account with this address at Storefront"
    ]


@pytest.mark.one_database
def test_a_mail_waits_until_its_recipient_is_known(services: Services) -> None:
    enqueue(services, "")
    with time_machine.travel("2100-01-01 12:00Z", tick=False) as clock:
        assert mail.send_due(services) == 0
        clock.shift(3600)
        assert mail.send_due(services, load=lambda *_: {"recipient": "bob@example.com"}) == 1


def test_two_workers_send_one_mail_once(services: Services) -> None:
    enqueue(services)
    inner: list[int] = []

    def load(_tx: object, _mail: mail.Mail) -> dict[str, object]:
        inner.append(mail.send_due(services))
        return {}

    assert mail.send_due(services, load=load) == 1
    assert inner == [0]


class Postbox:
    """An SMTP server's mailbox, which may refuse."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.answer = "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.answer.startswith("250"):
            self.envelopes.append(envelope)
        return self.answer


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, str]]:
    """A mail server on this machine, and its MAIL_URL."""
    box = Postbox()
    with serving.reserve() as reserved:
        port = reserved.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.mark.one_database
def test_a_server_gets_it_in_one_piece(services: Services, postbox: tuple[Postbox, str]) -> None:
    box, url = postbox
    services = replace(services, config=replace(services.config, mail_url=url))
    enqueue(services, name="Bøb")
    assert mail.send_due(services) == 1
    (envelope,) = box.envelopes
    assert envelope.rcpt_tos == ["bob@example.com"]
    message = message_from_bytes(envelope.content or b"", policy=policy.default)
    assert "Hello Bøb" in message.get_content()
    assert message["Message-ID"].endswith("@127.0.0.1>")


@pytest.mark.one_database
def test_a_server_that_is_down_is_tried_again(
    services: Services, postbox: tuple[Postbox, str]
) -> None:
    box, url = postbox
    services = replace(services, config=replace(services.config, mail_url=url))
    box.answer = "451 later, please"
    with time_machine.travel("2030-01-01 12:00Z", tick=False) as clock:
        enqueue(services)
        assert mail.send_due(services) == 0
        box.answer = "250 OK"
        assert mail.send_due(services) == 0
        clock.shift(121)
        assert mail.send_due(services) == 1
    assert len(box.envelopes) == 1


@pytest.mark.one_database
def test_after_a_day_it_is_given_up(services: Services) -> None:
    nobody = replace(services.config, mail_url="smtp://127.0.0.1:1")
    services = replace(services, config=nobody)
    with time_machine.travel("2030-01-01 12:00Z", tick=False) as clock:
        enqueue(services)
        for _ in range(mail.TRIES):
            assert state(services)[0] == "due"
            mail.send_due(services)
            clock.shift(86_400)
    assert state(services)[0] == "failed"


def test_shopper_and_seller_are_told_of_a_sale(cast: Cast, services: Services) -> None:
    order = cast.order(cast.listing(cast.shop()), quantity=2, email="charlie@example.com")
    for job in services.jobs:
        if job.name == "mail":
            job.run(services)
    by_recipient = {message["To"]: message for message in sent(services)}
    to_shopper = words(by_recipient["charlie@example.com"])
    assert f"{services.config.public_url}/orders/{order.token}" in to_shopper
    assert "Total: $20.00" in to_shopper
    to_seller = words(by_recipient["alice@example.com"])
    assert "Marketplace fee: $2.00\nFor you: $18.00" in to_seller
    assert order.token not in to_seller
