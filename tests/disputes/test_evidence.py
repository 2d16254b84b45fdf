"""Evidence: the draft, what people make of it, and that it is sent once or not at all."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from PIL import Image
from werkzeug.test import TestResponse

from storefront import clock
from storefront.current import Services
from storefront.disputes.service import Dispute
from storefront.evidence import fields
from storefront.orders import service as orders
from storefront.orders.service import Order
from stripe_sandbox.payments import dispute_objects as stripes
from tests.cast import Cast
from tests.client import HTMX, Browser
from tests.disputes.conftest import Decide, Open
from tests.journeys.scenery import ADDRESS
from tests.stripe_calls import crashing
from tests.support.stripe import Stripe

AsUser = Callable[[str], Browser]
PDF = b"%PDF-1.7\nA letter.\n%%EOF\n"


@pytest.fixture
def shipped(cast: Cast) -> Order:
    """A paid order of two mugs that has been shipped."""
    shop = cast.shop()
    mug = cast.listing(shop, title="Speckled mug", requires_shipping=True)
    order = cast.order(mug, cast.user("Bob"), quantity=2, shipping=ADDRESS)
    with cast.services.store.transaction() as tx:
        orders.mark_shipped(tx, shop.seller.id, order.id, "Harbor Post", "HP 2026 0042")
    return order


@pytest.fixture
def at_stripe(sandbox: Stripe) -> Callable[[Dispute], dict[str, Any]]:
    """A dispute as Stripe has it."""
    return lambda found: sandbox.get(f"/v1/disputes/{found.id}")


def edit(browser: Browser, dispute: Dispute, side: str = "admin", **values: Any) -> TestResponse:
    path = f"/{side}/disputes/{dispute.id}/evidence"
    return browser.submit(path, path, **values)


def submit(olga: Browser, dispute: Dispute) -> TestResponse:
    path = f"/admin/disputes/{dispute.id}/submit"
    return olga.submit(path, path)


def updates(sandbox: Stripe, dispute: Dispute) -> list[Any]:
    """The evidence that reached Stripe and was submitted."""
    return [
        event
        for event in sandbox.get("/v1/events?type=charge.dispute.updated&limit=100")["data"]
        if event["data"]["object"]["id"] == dispute.id
        and "status" in (event["data"].get("previous_attributes") or {})
    ]


def png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return content.getvalue()


def test_our_fields_are_stripes() -> None:
    assert set(fields.TEXTS) == set(stripes.TEXTS)
    assert set(fields.FILES) == set(stripes.FILES)
    for reason in stripes.REASONS:
        assert {*fields.first(reason), *fields.others(reason)} == set(fields.FIELDS)


def test_the_draft_says_what_we_know_before_anybody_has_written_anything(
    shipped: Order, dispute: Open, olga: Browser
) -> None:
    opened = dispute(shipped, reason="product_not_received")
    path = f"/admin/disputes/{opened.id}/evidence"
    draft = olga.page(path).form(path)
    assert draft["product_description"] == "2 × Speckled mug, $10.00 each"
    assert draft["customer_email_address"] == shipped.email
    assert draft["customer_name"] == shipped.customer_name
    assert ADDRESS["line1"] in draft["shipping_address"]
    assert draft["shipping_carrier"] == "Harbor Post"
    assert draft["shipping_tracking_number"] == "HP 2026 0042"
    assert draft["shipping_date"] == clock.display_day(clock.timestamp())
    assert shipped.refund_policy in draft["refund_policy_disclosure"]
    assert "ending in 4242" in draft["uncategorized_text"]
    assert "Total: $25.00" in draft["uncategorized_text"]
    assert draft["refund_refusal_explanation"] == ""
    assert "Speckled mug" in olga.page(f"/admin/disputes/{opened.id}").text


def test_what_the_seller_adds_is_saved_at_stripe_and_submitted_once_by_the_operator(
    shipped: Order,
    dispute: Open,
    olga: Browser,
    as_user: AsUser,
    sandbox: Stripe,
    of: Callable[[str], Dispute],
    at_stripe: Callable[[Dispute], dict[str, Any]],
) -> None:
    opened = dispute(shipped)
    label = (io.BytesIO(PDF), "C:\\papers\\label.exe")
    sold = f"/sell/disputes/{opened.id}"
    answer = edit(
        as_user("Alice"), opened, "sell", billing_address="1 High St\r\nPortsmouth",
        shipping_documentation=label,
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, sold)
    page = as_user("Alice").page(sold).text
    assert "Changed last by the shop" in page
    assert "label.pdf" in page

    edit(olga, opened, uncategorized_text="They thanked us.", at_stripe="yes")
    staged = at_stripe(opened)
    assert staged["evidence"]["billing_address"] == "1 High St\nPortsmouth"
    assert staged["evidence"]["uncategorized_text"] == "They thanked us."
    assert staged["evidence"]["shipping_carrier"] == "Harbor Post"
    file = sandbox.get(f"/v1/files/{staged['evidence']['shipping_documentation']}")
    assert (file["purpose"], file["type"]) == ("dispute_evidence", "pdf")
    assert (staged["status"], staged["evidence_details"]["submission_count"]) == (
        "needs_response", 0,
    )  # fmt: skip
    assert "Saved at Stripe, not submitted" in olga.page(f"/admin/disputes/{opened.id}").text

    confirmation = olga.page(f"/admin/disputes/{opened.id}/submit")
    for said in ("This is final", "They thanked us.", "label.pdf", "Harbor Post"):
        assert said in confirmation.text
    form = confirmation.form(f"/admin/disputes/{opened.id}/submit")
    for _ in range(2):
        again = olga.post(f"/admin/disputes/{opened.id}/submit", data=form)
        assert again.status_code == 303
    assert len(updates(sandbox, opened)) == 1
    assert (of(opened.id).status, of(opened.id).submission_count) == ("under_review", 1)
    afterwards = olga.page(f"/admin/disputes/{opened.id}").text
    assert "submitted already" in afterwards
    assert "What was submitted" in afterwards
    assert "They thanked us." in afterwards
    assert edit(olga, opened, uncategorized_text="And more.").status_code == 409
    assert "Evidence submitted" in olga.page(f"/admin/orders/{shipped.id}").text


def test_what_is_taken_out_is_not_sent_but_what_stripe_has_can_only_be_replaced(
    paid: Order,
    dispute: Open,
    olga: Browser,
    at_stripe: Callable[[Dispute], dict[str, Any]],
) -> None:
    opened = dispute(paid)
    edit(olga, opened, receipt=(io.BytesIO(png()), "receipt.png"), billing_address="Here")
    edit(olga, opened, remove_receipt="y", product_description="", at_stripe="yes")
    first = at_stripe(opened)["evidence"]
    assert (first["receipt"], first["product_description"]) == (None, None)
    assert (first["billing_address"], first["customer_email_address"]) == ("Here", paid.email)
    refused = edit(olga, opened, billing_address="", uncategorized_text="Stays.")
    assert refused.status_code == 422
    assert "can be replaced but not emptied: Billing address" in refused.text
    assert "Stays." in refused.text
    edit(olga, opened, billing_address="There", at_stripe="yes")
    assert at_stripe(opened)["evidence"]["billing_address"] == "There"


def test_what_the_dashboard_has_saved_is_shown_before_it_goes_out(
    paid: Order, dispute: Open, olga: Browser, sandbox: Stripe
) -> None:
    opened = dispute(paid)
    saved = {"evidence[customer_purchase_ip]": "192.0.2.7", "evidence[customer_name]": "Someone"}
    sandbox.post(f"/v1/disputes/{opened.id}", {**saved, "submit": "false"})
    confirmation = olga.page(f"/admin/disputes/{opened.id}/submit").text
    assert "Saved in the Dashboard, and sent with it Shopper's IP address192.0.2.7" in confirmation
    assert "Someone" not in confirmation  # the name that we know takes its place
    sandbox.fault("status", f"/v1/disputes/{opened.id}", status=400)
    assert "Stripe did not answer" in olga.page(f"/admin/disputes/{opened.id}/submit").text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"uncategorized_text": "x" * 20_001}, "At most 20,000 characters"),
        (dict.fromkeys(fields.TEXTS[:8], "x" * 19000), "may have 150,000 characters"),
        ({"receipt": (b"MZ\x90", "receipt.pdf")}, "no PDF, JPEG or PNG"),
        ({"receipt": (b"\x89PNG\r\n\x1a\nrubbish", "receipt.png")}, "no PDF, JPEG or PNG"),
        ({"receipt": (b"GIF89a", "receipt.png")}, "no PDF, JPEG or PNG"),
        ({"receipt": (b"", "receipt.png")}, "This file is empty"),
        ({"receipt": (PDF + b" " * 5 * 1024 * 1024, "receipt.pdf")}, "larger than 5 MB"),
        ({"version": "another"}, "Somebody else has changed this evidence"),
    ],
    ids=("long", "altogether", "program", "broken", "gif", "empty", "large", "overtaken"),
)
@pytest.mark.one_database
def test_what_cannot_be_saved_is_refused_in_words_and_nothing_typed_is_lost(
    paid: Order, dispute: Open, olga: Browser, services: Services, values: Any, said: str
) -> None:
    opened = dispute(paid)
    sent = {
        name: (io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
        for name, value in values.items()
    }
    answer = edit(olga, opened, refund_refusal_explanation="We told them.", **sent)
    assert answer.status_code in {409, 422}
    assert said in answer.text
    assert "We told them." in answer.text
    with services.store.read() as tx:
        assert tx.value("SELECT COUNT(*) FROM dispute_evidence") == 0


def test_somebody_elses_words_are_not_overwritten_unseen(
    paid: Order, dispute: Open, olga: Browser, as_user: AsUser
) -> None:
    opened = dispute(paid)
    path = f"/admin/disputes/{opened.id}/evidence"
    mine = olga.page(path).form(path) | {"billing_address": "Mine"}
    confirmed = olga.page(f"/admin/disputes/{opened.id}/submit")
    edit(as_user("Alice"), opened, "sell", billing_address="Theirs")
    refused = olga.post(path, data=mine, headers=HTMX)
    assert refused.status_code == 409
    assert "Mine" in refused.text
    stale = olga.post(f"/admin/disputes/{opened.id}/submit",
                      data=confirmed.form(f"/admin/disputes/{opened.id}/submit"))  # fmt: skip
    assert stale.status_code == 409
    assert "has changed since you looked" in stale.text
    assert "Theirs" in stale.text


def test_a_dispute_that_allows_no_answer_or_is_late_or_over_is_refused_in_words(
    paid: Order, dispute: Open, decide: Decide, olga: Browser, of: Callable[[str], Dispute]
) -> None:
    without = dispute(paid, answerable=False, amount=300)
    in_time = dispute(paid, amount=200)
    assert without.due_by is None
    answer = edit(olga, without, uncategorized_text="It is ours.")
    assert answer.status_code == 409
    assert "does not allow an answer" in answer.text
    assert "It is ours." in answer.text
    form = olga.page(f"/admin/disputes/{in_time.id}/submit")
    with time_machine.travel(clock.now() + timedelta(days=9, hours=1)):
        late = olga.post(f"/admin/disputes/{in_time.id}/submit",
                         data=form.form(f"/admin/disputes/{in_time.id}/submit"))  # fmt: skip
        assert "The deadline for an answer has passed." in late.text
    decide(in_time, "lost")
    over = olga.get(f"/admin/disputes/{in_time.id}/submit")
    assert (over.status_code, "This dispute is over." in over.text) == (409, True)
    assert olga.get(f"/admin/disputes/{in_time.id}/accept").status_code == 409
    assert of(in_time.id).submission_count == 0


def test_another_shops_dispute_does_not_exist(
    paid: Order, dispute: Open, as_user: AsUser, cast: Cast
) -> None:
    opened = dispute(paid)
    cast.shop("Dora")
    dora = as_user("Dora")
    assert dora.get(f"/sell/disputes/{opened.id}/evidence").status_code == 404
    assert dora.post(f"/sell/disputes/{opened.id}/evidence").status_code == 404
    assert as_user("Alice").post(f"/admin/disputes/{opened.id}/submit").status_code == 404


def test_a_dispute_is_accepted_once_and_an_inquiry_is_not(
    services: Services,
    paid: Order,
    dispute: Open,
    olga: Browser,
    as_user: AsUser,
    of: Callable[[str], Dispute],
    at_stripe: Callable[[Dispute], dict[str, Any]],
) -> None:
    inquiry = dispute(paid, inquiry=True, amount=100)
    refused = olga.post(f"/admin/disputes/{inquiry.id}/accept")
    assert refused.status_code == 409
    assert "refund the order" in refused.text
    opened = dispute(paid, amount=200)
    path = f"/admin/disputes/{opened.id}/accept"
    page = olga.page(path)
    assert "cannot be undone" in page.text
    for _ in range(2):
        assert olga.post(path, data=page.form(path)).status_code == 303
    assert at_stripe(opened)["status"] == of(opened.id).status == "lost"
    assert olga.page(f"/admin/orders/{paid.id}").text.count("Dispute accepted") == 1
    said = {
        "olga@example.com": (olga.page(f"/admin/disputes/{opened.id}").text, "Olga accepted it, "),
        "alice@example.com": (
            as_user("Alice").page(f"/sell/disputes/{opened.id}").text,
            "The marketplace accepted it, ",
        ),
    }
    with services.store.read() as tx:
        lost = f"{opened.id}:lost:%"
        mails = tx.all("SELECT * FROM mails WHERE subject_id LIKE :lost", lost=lost)
    for mail in mails:
        page, words = said.pop(mail["recipient"])
        assert "AnsweredNo" in page
        assert all(words in text for text in (page, mail["context"]))
        assert not any("has decided for" in text for text in (page, mail["context"]))
    assert not said


@pytest.mark.one_database
@pytest.mark.parametrize("action", ["submit", "accept"])
@pytest.mark.parametrize("kind", ["drop_request", "drop_response"])
def test_an_answer_that_gets_lost_is_given_once_in_the_end(
    paid: Order,
    dispute: Open,
    olga: Browser,
    sandbox: Stripe,
    services: Services,
    of: Callable[[str], Dispute],
    action: str,
    kind: str,
) -> None:
    opened = dispute(paid)
    path = f"/admin/disputes/{opened.id}/{action}"
    form = olga.page(path).form(path)
    sandbox.fault(kind, f"/v1/disputes/{opened.id}")
    assert olga.post(path, data=form).status_code == 303
    assert "Stripe has not answered yet" in olga.page(f"/admin/disputes/{opened.id}").text
    assert edit(olga, opened, uncategorized_text="Too late.").status_code == 409
    assert olga.post(path, data=form).status_code == 303
    crashing.recover(services)
    sandbox.settle()
    expected = {"submit": ("under_review", 1), "accept": ("lost", 0)}[action]
    assert (of(opened.id).status, of(opened.id).submission_count) == expected


def test_what_stripe_refuses_is_told_and_can_be_tried_again(
    paid: Order, dispute: Open, olga: Browser, sandbox: Stripe, of: Callable[[str], Dispute]
) -> None:
    opened = dispute(paid)
    sandbox.fault("status", f"/v1/disputes/{opened.id}", status=400, method="POST")
    submit(olga, opened)
    assert "Stripe refused" in olga.page(f"/admin/disputes/{opened.id}").text
    submit(olga, opened)
    assert of(opened.id).status == "under_review"


def test_a_file_that_stripe_does_not_take_loses_no_text(
    paid: Order, dispute: Open, olga: Browser, sandbox: Stripe
) -> None:
    opened = dispute(paid)
    sandbox.fault("status", "/v1/files", status=500)
    answer = edit(
        olga, opened, receipt=(io.BytesIO(PDF), "receipt.pdf"), uncategorized_text="Stays."
    )
    assert answer.status_code == 502
    assert "Stripe did not take a file" in answer.text
    assert "Stays." in answer.text
