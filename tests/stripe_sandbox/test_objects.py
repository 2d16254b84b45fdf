"""What the API returns: every member, lists, pages, expansions, accounts, files."""

import io
from typing import Any

import pytest
import stripe
from PIL import Image

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import Shop

MEMBERS = {
    "checkout.session": (
        "id object livemode created expires_at mode status payment_status url ui_mode "
        "success_url cancel_url "
        "return_url client_reference_id metadata amount_subtotal amount_total currency "
        "total_details customer "
        "customer_account customer_creation customer_email customer_details "
        "collected_information payment_intent "
        "setup_intent subscription invoice invoice_creation payment_link payment_method_types "
        "allowed_payment_method_types excluded_payment_method_types payment_method_collection "
        "payment_method_configuration_details payment_method_options automatic_tax "
        "branding_settings "
        "after_expiration recovered_from consent consent_collection custom_fields custom_text "
        "shipping_address_collection shipping_cost shipping_options submit_type locale "
        "phone_number_collection "
        "billing_address_collection allow_promotion_codes discounts adaptive_pricing "
        "currency_conversion "
        "presentment_details client_secret permissions origin_context integration_identifier "
        "saved_payment_method_options wallet_options managed_payments name_collection "
        "optional_items "
        "redirect_on_completion"
    ),
    "payment_intent": (
        "id amount amount_capturable amount_received amount_details application "
        "application_fee_amount "
        "automatic_payment_methods canceled_at cancellation_reason capture_method client_secret "
        "confirmation_method created currency customer description last_payment_error "
        "latest_charge livemode "
        "metadata next_action on_behalf_of payment_method payment_method_types "
        "allowed_payment_method_types "
        "excluded_payment_method_types payment_details payment_record presentment_details "
        "processing "
        "receipt_email review setup_future_usage shipping statement_descriptor "
        "statement_descriptor_suffix "
        "status transfer_data transfer_group"
    ),
    "charge": (
        "id amount amount_captured amount_refunded application application_fee "
        "application_fee_amount "
        "balance_transaction billing_details calculated_statement_descriptor captured created "
        "currency customer "
        "description disputed failure_balance_transaction failure_code failure_message "
        "fraud_details livemode "
        "metadata on_behalf_of outcome paid payment_intent payment_method payment_method_details "
        "receipt_email "
        "receipt_number receipt_url refunded review shipping source_transfer statement_descriptor "
        "statement_descriptor_suffix status transfer transfer_data transfer_group"
    ),
    "refund": (
        "id amount balance_transaction charge created currency customer customer_account "
        "destination_details "
        "failure_balance_transaction failure_reason instructions_email metadata next_action "
        "payment_intent "
        "payment_method pending_reason presentment_details reason receipt_number "
        "source_transfer_reversal status "
        "transfer_reversal"
    ),
    "transfer": (
        "id amount amount_reversed balance_transaction created currency description destination "
        "destination_payment livemode metadata reversals reversed source_transaction source_type "
        "transfer_group"
    ),
    "application_fee": (
        "id account amount amount_refunded application balance_transaction charge created "
        "currency fee_source "
        "livemode originating_transaction refunded refunds"
    ),
    "balance_transaction": (
        "id amount available_on balance_type created currency description exchange_rate fee "
        "fee_details net "
        "reporting_category source status type"
    ),
    "dispute": (
        "id amount balance_transactions charge created currency enhanced_eligibility_types "
        "evidence "
        "evidence_details intended_submission_method is_charge_refundable livemode metadata "
        "network_reason_code "
        "payment_intent payment_method_details reason status"
    ),
    "account": (
        "id type business_profile business_type capabilities charges_enabled controller country "
        "created "
        "default_currency details_submitted email external_accounts future_requirements metadata "
        "payouts_enabled "
        "requirements settings tos_acceptance"
    ),
    "event": "id object api_version created data livemode pending_webhooks request type",
}


def _story(shop: Shop) -> dict[str, Any]:
    shop.topup(5000)
    charge = shop.sell()
    refund = shop.refund(charge, amount=100, reverse_transfer=True)
    shop.sandbox.control(f"charges/{shop.sell().id}/dispute")
    v1 = shop.client.v1
    found: list[Any] = [
        charge,
        refund,
        v1.checkout.sessions.list().data[0],
        v1.payment_intents.list().data[0],
        v1.transfers.retrieve(str(charge.transfer)),
        v1.application_fees.list().data[0],
        v1.balance_transactions.list().data[0],
        v1.disputes.list().data[0],
        v1.accounts.retrieve(shop.account),
        v1.events.list().data[0],
    ]
    return {str(each["object"]): each.to_dict() for each in found}


def test_every_member_is_there_and_nothing_private(shop: Shop) -> None:
    found = _story(shop)
    assert found.keys() == MEMBERS.keys()
    for kind, members in MEMBERS.items():
        assert (
            set(members.split()) - {"external_accounts", "invoice_creation"} <= found[kind].keys()
        ), kind
        assert [name for name in found[kind] if name.startswith("_")] == []


def test_objects_of_money_have_every_member_that_the_sdk_knows(shop: Shop) -> None:
    """Members of one method or one kind of charge only, and those to expand, are no gaps."""
    charge, v1 = shop.sell(), shop.client.v1
    shop.sandbox.control(f"charges/{charge.id}/warn")
    shop.sandbox.control(f"charges/{charge.id}/dispute")
    shop.topup(5000)
    shop.refund(shop.sell(), amount=100, reverse_transfer=True, refund_application_fee=True)
    found: list[Any] = [
        charge,
        charge.outcome,
        v1.refunds.list().data[0],
        v1.disputes.list().data[0],
        v1.balance_transactions.list().data[0],
        v1.balance.retrieve(),
        v1.transfers.list().data[0],
        v1.transfers.list().data[0].reversals.data[0],
        v1.application_fees.list().data[0],
        v1.application_fees.list().data[0].refunds.data[0],
        v1.payment_intents.list().data[0],
        v1.radar.early_fraud_warnings.list().data[0],
    ]
    for each in found:
        known = set(type(each).__annotations__) - {"OBJECT_NAME", "level3", "refunds"}
        shown = each.to_dict().keys()
        assert (known - shown, shown - known - {"refunds", "object"}) == (set(), set()), each


def test_ids_look_like_stripes(shop: Shop) -> None:
    charge = shop.sell()
    (session,) = shop.client.v1.checkout.sessions.list().data
    assert (session.id[:8], charge.id[:3], shop.account[:5]) == ("cs_test_", "ch_", "acct_")
    assert len(session.id) > 60
    assert session.livemode is False


def test_pages_go_forwards_and_backwards(shop: Shop) -> None:
    made = [shop.session().id for _ in range(7)][::-1]
    listing = shop.client.v1.checkout.sessions.list({"limit": 3})
    assert ([each.id for each in listing.data], listing.has_more) == (made[:3], True)
    assert [each.id for each in listing.auto_paging_iter()] == made
    back = shop.client.v1.checkout.sessions.list({"limit": 2, "ending_before": made[5]})
    assert ([each.id for each in back.data], back.has_more) == (made[3:5], True)
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.list({"limit": 101})
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.list({"starting_after": "cs_test_none"})


def test_created_filters(shop: Shop) -> None:
    shop.sell()
    now = shop.sandbox.read("clock")["now"]
    lists = shop.client.v1.payment_intents.list
    assert len(lists({"created": {"lte": now + 5, "gt": now - 600}}).data) == 1
    assert lists({"created": {"lt": now - 600}}).data == []


def test_expansions_nest(shop: Shop) -> None:
    shop.sell(1000, fee=123)
    paths = ["data.line_items", "data.payment_intent.latest_charge.balance_transaction"]
    session: Any = shop.client.v1.checkout.sessions.list({"expand": paths}).data[0]
    assert session.payment_intent.latest_charge.balance_transaction.fee == 59
    assert session.line_items.data[0].price.unit_amount == 1000
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.retrieve(session.id, {"expand": ["nonsense"]})


def test_line_items_and_metadata(shop: Shop) -> None:
    session = shop.session(700, metadata={"order": "o1"})
    items = shop.client.v1.checkout.sessions.line_items.list(session.id).data
    assert [(each.description, each.quantity, each.amount_total) for each in items] == [
        ("T-shirt", 1, 700)
    ]
    paid = shop.sandbox.control(f"sessions/{session.id}/pay")
    intent: Any = shop.client.v1.payment_intents.retrieve(
        paid["payment_intent"], {"expand": ["latest_charge"]}
    )
    assert intent.metadata.to_dict() == {"order": "o1"}
    assert intent.latest_charge.metadata.to_dict() == {"order": "o1"}


def test_a_session_has_no_intent_before_it_is_paid_and_expires(shop: Shop) -> None:
    session = shop.session()
    assert (session.payment_intent, session.status) == (None, "open")
    shop.sandbox.control("clock/advance", seconds=86500)
    session = shop.client.v1.checkout.sessions.retrieve(session.id)
    assert (session.status, session.url) == ("expired", None)
    assert shop.event_types()[-1] == "checkout.session.expired"
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.expire(session.id)


def test_moving_the_clock_does_not_expire_what_is_new(shop: Shop) -> None:
    shop.sandbox.control("clock/advance", seconds=10 * 86400)
    params: Any = {**shop.session_params(), "expires_at": shop.sandbox.read("clock")["now"] + 1800}
    session = shop.client.v1.checkout.sessions.create(params)
    assert shop.client.v1.checkout.sessions.retrieve(session.id).status == "open"


@pytest.mark.parametrize(
    ("outcome", "status", "event"),
    [("succeed", "paid", "async_payment_succeeded"), ("fail", "unpaid", "async_payment_failed")],
)
def test_a_delayed_payment(shop: Shop, outcome: str, status: str, event: str) -> None:
    session = shop.session(1000, application_fee_amount=123)
    paid = shop.sandbox.control(f"sessions/{session.id}/pay", bank=outcome)
    assert (paid["status"], paid["payment_status"]) == ("complete", "unpaid")
    assert shop.balances == (0, 0)
    shop.sandbox.control("clock/advance", seconds=200)
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_status == status
    assert shop.event_types()[-1] == f"checkout.session.{event}"
    assert shop.balances == ((64, 877) if outcome == "succeed" else (0, 0))


def test_a_bank_may_wait_for_the_control_room(shop: Shop) -> None:
    session = shop.session(1000, application_fee_amount=123)
    shop.sandbox.control(f"sessions/{session.id}/pay", bank="wait")
    shop.sandbox.control("clock/advance", seconds=86400 * 10)
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"
    shop.sandbox.control(f"sessions/{session.id}/settle", outcome="succeed")
    assert shop.client.v1.checkout.sessions.retrieve(session.id).payment_status == "paid"


def test_manual_capture_of_a_part(client: stripe.StripeClient) -> None:
    intent = client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "capture_method": "manual",
            "confirm": True,
            "payment_method": "pm_card_visa",
        }
    )
    assert (intent.status, intent.amount_capturable) == ("requires_capture", 1000)
    captured = client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600})
    assert (captured.status, captured.amount_received) == ("succeeded", 600)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.cancel(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_a_direct_charge_belongs_to_the_seller(shop: Shop) -> None:
    on_seller: Any = {"stripe_account": shop.account}
    shop.client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "application_fee_amount": 123,
            "confirm": True,
            "payment_method": "pm_card_visa",
        },
        on_seller,
    )
    assert shop.balances == (123, 1000 - 59 - 123)


def test_accounts_are_created_changed_and_deleted(client: stripe.StripeClient) -> None:
    requested: Any = {"transfers": {"requested": True}, "card_payments": {"requested": True}}
    account = client.v1.accounts.create(
        {"type": "express", "country": "FR", "capabilities": requested}
    )
    changed = client.v1.accounts.update(
        account.id, {"settings": {"branding": {"primary_color": "#663399"}}, "metadata": {"a": "b"}}
    )
    assert changed.settings is not None
    assert changed.settings.branding.primary_color == "#663399"
    assert [each.id for each in client.v1.accounts.list().data] == [account.id]
    assert client.v1.accounts.delete(account.id).deleted
    assert client.v1.accounts.list().data == []


def _picture(kind: str = "PNG", size: int = 200) -> io.BytesIO:
    content = io.BytesIO()
    Image.effect_noise((size, size), 90).save(content, kind)
    content.seek(0)
    content.name = f"logo.{kind.lower()}"
    return content


def test_files_are_kept_for_their_purpose(shop: Shop) -> None:
    files, branding = shop.client.v1.files, {"type": "file"}
    stored = files.create({"purpose": "business_logo", "file": _picture()})
    assert (stored.type, stored.purpose) == ("png", "business_logo")
    params: Any = {
        **shop.session_params(),
        "branding_settings": {"logo": {**branding, "file": stored.id}},
    }
    session = shop.client.v1.checkout.sessions.create(params)
    assert session.branding_settings is not None
    assert session.branding_settings.logo is not None
    params["branding_settings"] = {"icon": {**branding, "file": stored.id}}
    with pytest.raises(stripe.InvalidRequestError):
        shop.client.v1.checkout.sessions.create(params)


@pytest.mark.parametrize(
    "content",
    [io.BytesIO(b"<svg/>"), _picture("PNG", 1200), io.BytesIO(b"")],
    ids=["svg", "large", "empty"],
)
def test_files_that_are_refused(client: stripe.StripeClient, content: io.BytesIO) -> None:
    content.seek(0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.files.create({"purpose": "business_icon", "file": content})
    assert refused.value.param == "file"


def test_the_manifest_names_every_operation(sandbox: RunningSandbox) -> None:
    operations = sandbox.read("manifest")["operations"]
    assert {"method": "POST", "path": "/v1/refunds"}.items() <= next(
        each for each in operations if each["params"] == "RefundCreateParams"
    ).items()
    assert all(each["does"] for each in operations)


def test_requests_are_written_down(shop: Shop) -> None:
    shop.client.v1.balance.retrieve({}, {"stripe_account": shop.account})
    entry = shop.sandbox.read("requests?path=/v1/balance")["requests"][-1]
    assert (entry["method"], entry["account"]) == ("GET", shop.account)


def test_a_snapshot_brings_everything_back(shop: Shop) -> None:
    shop.sell()
    shop.sandbox.control("snapshot", name="paid")
    before = shop.balances
    shop.topup(1000)
    shop.sandbox.control("restore", name="paid")
    assert shop.balances == before
