"""Mails about an account follow from how it stands, not from how often one has looked."""

from collections.abc import Callable

import pytest

from storefront.current import Services
from storefront.mail import service as mail
from storefront.sellers import accounts
from storefront.sellers import service as sellers
from tests.cast import Cast, Shop
from tests.support.mailbox import collect
from tests.support.stripe import Stripe

Change = Callable[[str], None]
READY, WANTED, CHECKING, STOPPED = "ready", "wanted", "pending", "restricted"
SUBJECTS = {
    READY: "Alice's shop can be paid now",
    WANTED: "Stripe wants to know more for Alice's shop",
    CHECKING: "Stripe is checking the account of Alice's shop",
    STOPPED: "Alice's shop cannot be paid at the moment",
    "rejected": "Stripe has rejected the account of Alice's shop",
}
DOCUMENT = "individual.verification.document"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    """A shop whose account is ready."""
    return cast.shop()


@pytest.fixture
def becomes(shop: Shop, services: Services, sandbox: Stripe) -> Change:
    """Change the account at Stripe and read it."""

    def change(state: str) -> None:
        path = f"accounts/{shop.account}"
        due = [DOCUMENT] if state in {WANTED, STOPPED} else []
        reason = {STOPPED: "requirements.past_due", "rejected": "rejected.fraud"}.get(state)
        transfers = {READY: "active", WANTED: "active", CHECKING: "pending"}.get(state, "inactive")
        sandbox.control(f"{path}/requirements", currently_due=due, disabled_reason=reason)
        sandbox.control(f"{path}/capabilities", transfers=transfers)
        assert accounts.read(services.store, services.gateway, shop.account)

    return change


def sent(services: Services) -> list[str]:
    """Send what is due; the subjects of every mail so far."""
    mail.send_due(services)
    return [message.subject for message in collect(services)]


@pytest.mark.parametrize("state", SUBJECTS.keys() - {READY})
@pytest.mark.one_database
def test_each_state_has_its_words(becomes: Change, services: Services, state: str) -> None:
    becomes(state)
    assert sent(services) == [SUBJECTS[state]]
    [message] = collect(services)
    assert message.link == "/sell/connect"
    assert ("your identity document" in message.text) == (state in {WANTED, STOPPED})


def test_each_change_is_told_once(becomes: Change, services: Services) -> None:
    for state in (READY, STOPPED, STOPPED, READY, READY, STOPPED):
        becomes(state)
        mail.send_due(services)
    subjects = [SUBJECTS[STOPPED], SUBJECTS[READY], SUBJECTS[STOPPED]]
    assert sent(services) == subjects


@pytest.mark.parametrize(
    "history",
    [
        [STOPPED],
        [CHECKING, STOPPED],
        [STOPPED, READY, STOPPED],
        [WANTED, STOPPED, CHECKING, READY, STOPPED],
        [READY, STOPPED, STOPPED],
    ],
)
def test_what_is_told_follows_from_the_end_alone(
    becomes: Change, services: Services, history: list[str]
) -> None:
    for state in history:
        becomes(state)
    assert sent(services) == [SUBJECTS[STOPPED]]
    becomes(STOPPED)
    assert len(sent(services)) == 1


@pytest.mark.parametrize("history", [[READY], [STOPPED, READY], [WANTED, CHECKING, READY]])
def test_what_passes_unnoticed_is_not_told(
    becomes: Change, services: Services, history: list[str]
) -> None:
    for state in history:
        becomes(state)
    assert sent(services) == []


def test_a_disconnection_is_told_alone(
    becomes: Change, services: Services, shop: Shop, cast: Cast
) -> None:
    becomes(STOPPED)
    with services.store.transaction() as tx:
        account = sellers.account_of(tx, shop.seller.id)
        assert account is not None
        accounts.disconnect(tx, account)
    assert sent(services) == ["Alice's shop is disconnected from Stripe"]
    cast.connect(shop.owner, shop.seller, shop.account)
    assert len(sent(services)) == 1, "the page that one comes back to says how it stands"


@pytest.mark.one_database
def test_a_key_of_another_platform_worries_nobody(
    services: Services, shop: Shop, sandbox: Stripe
) -> None:
    sandbox.control(f"accounts/{shop.account}/disconnect")
    assert not accounts.read(services.store, services.gateway, shop.account)
    assert sent(services) == []
