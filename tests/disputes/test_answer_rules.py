"""Rules that answer disputes by themselves: what they do, once, and what they leave alone."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from storefront import clock
from storefront.audit import service as audit
from storefront.current import Services
from storefront.disputes.service import Dispute
from storefront.evidence import answering, fields
from storefront.mail import service as mail
from storefront.orders import mail_facts
from storefront.orders.service import Order
from tests.client import Browser
from tests.disputes.conftest import ByItself, Open, before_deadline, ends
from tests.support import mailbox
from tests.support.stripe import Stripe

Of = Callable[[str], Dispute]
AsUser = Callable[[str], Browser]

PATH = "/admin/disputes/answers"
IN_A_DAY = timedelta(days=1, minutes=5)


def answered(services: Services, moment: str | None = None) -> int:
    """How many disputes rules answer at a moment, in a day if none is named; they run twice."""
    with time_machine.travel(clock.parse(moment) if moment else clock.now() + IN_A_DAY):
        return answering.answer_due(services) + answering.answer_due(services)


def told(services: Services, found: Dispute) -> dict[str, list[str]]:
    """The subjects of the mails about what rules did, by who got them."""
    with time_machine.travel(clock.parse(before_deadline(found, hours=1))):
        mail.send_due(services, load=mail_facts.load)
    mails = [each for each in mailbox.collect(services) if "by rule" in each.subject]
    return {each.to: [m.subject for m in mails if m.to == each.to] for each in mails}


def test_evidence_goes_out_once_a_day_before_the_deadline_if_nobody_has_answered(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, olga: Browser,
    as_user: AsUser, by_itself: ByItself, of: Of,
) -> None:  # fmt: skip
    by_itself(submits=True)
    opened = dispute(paid)
    moment = before_deadline(opened, days=1)
    said = f"On {clock.display_time(moment)} this draft goes to the bank by itself, unless"
    assert f"{said} you answer before." in olga.page(f"/admin/disputes/{opened.id}").text
    seller = as_user("Alice").page(f"/sell/disputes/{opened.id}").text
    assert f"{said} the marketplace answers before." in seller

    assert answered(services, before_deadline(opened, days=1, seconds=1)) == 0
    assert answered(services, before_deadline(opened, hours=23)) == 1
    sandbox.settle()
    assert (of(opened.id).status, of(opened.id).submission_count) == ("under_review", 1)
    assert ends(sandbox, opened) == ["under_review"]
    sent = sandbox.get(f"/v1/disputes/{opened.id}")["evidence"]
    assert sent["customer_email_address"] == paid.email
    page = olga.page(f"/admin/disputes/{opened.id}").text
    assert "A rule of the marketplace has submitted the evidence" in page
    assert "goes to the bank by itself" not in page
    trail = olga.page(f"/admin/orders/{paid.id}").text
    assert "Evidence submitted to the bank by the storefront" in trail
    assert "by the rule of the platform" in trail
    subject = f"Dispute of order {paid.number}: evidence submitted by rule"
    assert told(services, opened) == {"olga@example.com": [subject], "alice@example.com": [subject]}


def test_a_small_dispute_is_accepted_once_a_day_after_it_has_arrived(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, olga: Browser,
    as_user: AsUser, by_itself: ByItself, of: Of,
) -> None:  # fmt: skip
    by_itself(usd=500, submits=True)
    small, large = dispute(paid, amount=500), dispute(paid, amount=501)
    said = "this dispute is accepted by itself: it is lost for good then, and the shopper keeps $5"
    assert said in olga.page(f"/admin/disputes/{small.id}").text
    assert said in as_user("Alice").page(f"/sell/disputes/{small.id}").text
    assert said not in olga.page(f"/admin/disputes/{large.id}").text

    assert answered(services, clock.in_future(hours=23)) == 0
    assert answered(services) == 1
    sandbox.settle()
    assert (of(small.id).status, of(large.id).status) == ("lost", "needs_response")
    assert ends(sandbox, small) == ["lost"]
    page = olga.page(f"/admin/disputes/{small.id}").text
    assert "A rule of the marketplace accepted it, " in page
    with services.store.read() as tx:
        acts = [act for act in audit.of_subject(tx, paid.id) if act.action == "dispute.accepted"]
    assert [(act.actor, act.detail) for act in acts] == [
        ("", f"$5.00, {small.id}, by the rule of the platform"),
    ]  # fmt: skip
    subject = f"Dispute of order {paid.number}: accepted by rule"
    assert told(services, small) == {"olga@example.com": [subject], "alice@example.com": [subject]}


def _edit(browser: Browser, found: Dispute, side: str, **values: str) -> None:
    path = f"/{side}/disputes/{found.id}/evidence"
    assert browser.submit(path, path, **values).status_code == 303


def _seller_edits(_: Stripe, as_user: AsUser, found: Dispute) -> None:
    _edit(as_user("Alice"), found, "sell", billing_address="1 High St")


def _operator_saves(_: Stripe, as_user: AsUser, found: Dispute) -> None:
    _edit(as_user("Olga"), found, "admin", at_stripe="yes")


def _dashboard_saves(sandbox: Stripe, _: AsUser, found: Dispute) -> None:
    evidence = {"evidence[uncategorized_text]": "It is ours.", "submit": "false"}
    sandbox.post(f"/v1/disputes/{found.id}", evidence)


def _dashboard_submits(sandbox: Stripe, _: AsUser, found: Dispute) -> None:
    sandbox.post(f"/v1/disputes/{found.id}", {"evidence[uncategorized_text]": "It is ours."})


def _operator_accepts(_: Stripe, as_user: AsUser, found: Dispute) -> None:
    path = f"/admin/disputes/{found.id}/accept"
    assert as_user("Olga").submit(path, path).status_code == 303


def _everything_is_taken_out(_: Stripe, as_user: AsUser, found: Dispute) -> None:
    _edit(as_user("Olga"), found, "admin", **dict.fromkeys(fields.TEXTS, ""))


def _nothing(*_: object) -> None:
    """Nobody does anything."""


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("limits", "how", "act", "heard"),
    [
        ({"usd": 999}, {}, _nothing, True),
        ({"eur": 5000}, {}, _nothing, True),
        ({}, {}, _nothing, True),
        ({"usd": 5000}, {"inquiry": True}, _nothing, True),
        ({"usd": 5000}, {"answerable": False}, _nothing, True),
        ({"usd": 5000}, {}, _seller_edits, True),
        ({"usd": 5000}, {}, _operator_saves, True),
        ({"usd": 5000}, {}, _operator_accepts, False),
        ({"usd": 5000}, {}, _dashboard_saves, True),
        ({"usd": 5000}, {}, _dashboard_saves, False),
        ({"usd": 5000}, {}, _dashboard_submits, False),
    ],
    ids=["more", "currency", "never", "inquiry", "unanswerable", "edited", "saved", "accepted",
         "staged", "staged unheard", "answered unheard"],
)  # fmt: skip
def test_a_rule_accepts_nothing_else(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, as_user: AsUser,
    by_itself: ByItself, limits: dict[str, int], how: dict[str, Any], act: Callable[..., None],
    heard: bool,
) -> None:  # fmt: skip
    by_itself(**limits)
    opened = dispute(paid, **how)
    olga = as_user("Olga")
    sandbox.control("deliveries/mode", mode="normal" if heard else "drop")
    act(sandbox, as_user, opened)
    before = ends(sandbox, opened)
    if heard:
        sandbox.settle()
        assert "is accepted by itself" not in olga.page(f"/admin/disputes/{opened.id}").text
    assert answered(services) == 0
    assert ends(sandbox, opened) == before


@pytest.mark.one_database
@pytest.mark.parametrize("act", [_dashboard_submits, _operator_accepts, _everything_is_taken_out])
def test_a_rule_submits_nothing_where_somebody_was_first_or_nothing_is_there(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, as_user: AsUser,
    by_itself: ByItself, act: Callable[..., None],
) -> None:  # fmt: skip
    by_itself(submits=True)
    opened = dispute(paid)
    as_user("Olga")
    act(sandbox, as_user, opened)
    before = ends(sandbox, opened)
    assert answered(services, before_deadline(opened, hours=1)) == 0
    assert ends(sandbox, opened) == before
    assert told(services, opened) == {}


def test_an_inquiry_is_answered_in_time_and_nothing_after_the_deadline(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, by_itself: ByItself, of: Of
) -> None:
    by_itself(submits=True)
    inquiry = dispute(paid, inquiry=True, amount=100)
    assert answered(services, before_deadline(inquiry, hours=1)) == 1
    sandbox.settle()
    late = dispute(paid, amount=200)
    assert answered(services, before_deadline(late, seconds=-1)) == 0
    assert (of(inquiry.id).status, of(late.id).submission_count) == ("warning_under_review", 0)


@pytest.mark.parametrize("limits", [{"submits": True}, {"usd": 5000}], ids=["submit", "accept"])
def test_many_workers_at_once_answer_once(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, by_itself: ByItself, of: Of,
    limits: dict[str, Any],
) -> None:  # fmt: skip
    by_itself(**limits)
    opened = dispute(paid)
    start, found = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        found.append(answering.answer_due(services))

    with time_machine.travel(clock.parse(before_deadline(opened, hours=2))):
        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    sandbox.settle()
    assert sorted(found) == [0, 0, 0, 1]
    assert len(ends(sandbox, opened)) == 1
    assert len(told(services, opened)) == 2


def test_what_stripe_refuses_is_told_and_left_to_people(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, olga: Browser,
    by_itself: ByItself, of: Of,
) -> None:  # fmt: skip
    by_itself(submits=True)
    opened = dispute(paid)
    sandbox.fault("status", f"/v1/disputes/{opened.id}", status=400, method="POST")
    assert answered(services, before_deadline(opened, hours=23)) == 1
    assert of(opened.id).status == "needs_response"
    assert set(told(services, opened)["olga@example.com"]) == {
        f"Dispute of order {paid.number}: evidence not submitted by rule",
    }  # fmt: skip
    assert "Stripe refused" in olga.page(f"/admin/disputes/{opened.id}").text
    path = f"/admin/disputes/{opened.id}/submit"
    olga.submit(path, path)
    assert of(opened.id).status == "under_review"


def test_nothing_is_done_while_stripe_cannot_be_asked(
    services: Services, sandbox: Stripe, paid: Order, dispute: Open, by_itself: ByItself
) -> None:
    by_itself(submits=True)
    opened = dispute(paid)
    sandbox.fault("status", f"/v1/disputes/{opened.id}", status=400, method="GET", times=2)
    assert answered(services, before_deadline(opened, hours=23)) == 0
    assert answered(services, before_deadline(opened, hours=22)) == 1
