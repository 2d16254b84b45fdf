"""A guest and a seller talk about an order, on two screens at once."""

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.journeys.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.one_database]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_question_and_its_answer(
    cast: Cast, visitor: Callable[..., Visitor], signed_in: Callable[..., Visitor], *, scripts: bool
) -> None:
    order = cast.order(cast.listing(cast.shop(), title="Blue mug"), email="bob@example.com")
    guest = visitor(java_script_enabled=scripts)
    alice = signed_in("Alice", java_script_enabled=scripts)
    guest.opens(f"/orders/{order.token}")
    guest.types("Write a message", "Which blue is it?")
    guest.presses("Send message")
    guest.sees("Not read yet")
    alice.opens("/sell")
    alice.sees("New messages")
    alice.opens(f"/sell/orders/{order.id}")
    alice.sees("Which blue is it?")
    if not scripts:
        alice.presses("Mark as read")
    alice.page.get_by_role("button", name="Mark as read").wait_for(state="detached")
    alice.types("Write a message", "Sky blue.")
    guest.types("Write a message", "And is it")
    alice.presses("Send message")
    alice.sees("Sky blue.")
    if scripts:
        guest.sees("Sky blue.")
        assert guest.page.get_by_label("Write a message").input_value() == "And is it"
    else:
        guest.opens(f"/orders/{order.token}")
    guest.sees("Sky blue.")
