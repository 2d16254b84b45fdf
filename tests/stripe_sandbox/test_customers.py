"""Customers, what they save, and what is sold to them, through the real SDK."""

from typing import Any

import pytest
import stripe

from stripe_sandbox.testing import RunningSandbox
from tests.stripe_sandbox.shop import SUCCESS, Shop

Client = stripe.StripeClient


def types_of(sandbox: RunningSandbox) -> list[str]:
    return [event["type"] for event in sandbox.read("events")["events"]]


def test_a_customer_lives_and_is_deleted(client: Client, sandbox: RunningSandbox) -> None:
    customers = client.v1.customers
    made = customers.create(
        {"email": "bob@example.com", "name": "Bob", "metadata": {"a": "1"},
         "address": {"city": "Portland"}}
    )  # fmt: skip
    assert made.id.startswith("cus_")
    assert (made.address.city, made.address.line1) == ("Portland", None)  # type: ignore[union-attr]
    changed = customers.update(made.id, {"name": "Rob", "metadata": {"a": "", "b": "2"}})
    assert (changed.name, changed.metadata.to_dict()) == ("Rob", {"b": "2"})  # type: ignore[union-attr]
    other = customers.create({"email": "eve@example.com"})
    assert [c.id for c in customers.list({"email": "bob@example.com"}).data] == [made.id]
    assert customers.delete(made.id).deleted
    assert getattr(customers.retrieve(made.id), "deleted", False)
    assert [c.id for c in customers.list().data] == [other.id]
    for call in (lambda: customers.update(made.id, {"name": "x"}), lambda: customers.delete("x")):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            call()
        assert refused.value.code == "resource_missing"
    assert types_of(sandbox) == [
        "customer.created", "customer.updated", "customer.created", "customer.deleted",
    ]  # fmt: skip


def test_a_connected_account_has_customers_of_its_own(client: Client, shop: Shop) -> None:
    theirs: Any = {"stripe_account": shop.account}
    made = client.v1.customers.create({"email": "bob@example.com"}, theirs)
    assert client.v1.customers.list(options=theirs).data[0].id == made.id
    assert client.v1.customers.list().data == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.retrieve(made.id)
    created = [e for e in shop.sandbox.read("events")["events"] if e["type"] == "customer.created"]
    assert created[0]["account"] == shop.account


def test_methods_are_attached_used_and_detached(client: Client, sandbox: RunningSandbox) -> None:
    methods = client.v1.payment_methods
    customer = client.v1.customers.create({"payment_method": "pm_card_visa"})
    (saved,) = client.v1.customers.payment_methods.list(customer.id).data
    client.v1.customers.update(
        customer.id, {"invoice_settings": {"default_payment_method": saved.id}}
    )
    paid = client.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "customer": customer.id, "payment_method": saved.id,
         "confirm": True, "off_session": True}
    )  # fmt: skip
    assert paid.status == "succeeded"
    charge = client.v1.charges.retrieve(str(paid.latest_charge))
    assert charge.customer == customer.id
    with pytest.raises(stripe.InvalidRequestError, match="belongs to a Customer"):
        client.v1.payment_intents.create(
            {"amount": 900, "currency": "usd", "payment_method": saved.id, "confirm": True}
        )
    gone = methods.detach(saved.id)
    assert gone.customer is None
    found: Any = client.v1.customers.retrieve(customer.id)
    assert found.invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError, match="not attached"):
        methods.detach(saved.id)
    with pytest.raises(stripe.InvalidRequestError, match="can not be attached again"):
        methods.attach(saved.id, {"customer": customer.id})


@pytest.mark.parametrize(
    ("card", "saved", "charged"),
    [
        ("pm_card_visa", "", ""),
        ("pm_card_chargeCustomerFail", "", "card_declined"),
        ("pm_card_visa_chargeDeclined", "card_declined", ""),
        ("pm_card_authenticationRequired", "", "authentication_required"),
    ],
)
def test_saving_and_charging_later_are_two_questions(
    client: Client, card: str, saved: str, charged: str
) -> None:
    customer = client.v1.customers.create({})
    if saved:
        with pytest.raises(stripe.CardError) as declined:
            client.v1.payment_methods.attach(card, {"customer": customer.id})
        assert declined.value.code == saved
        return
    method = client.v1.payment_methods.attach(card, {"customer": customer.id})
    later: Any = {
        "amount": 900, "currency": "usd", "customer": customer.id, "payment_method": method.id,
        "confirm": True, "off_session": True,
    }  # fmt: skip
    if not charged:
        assert client.v1.payment_intents.create(later).status == "succeeded"
        return
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(later)
    assert refused.value.code == charged


def test_products_and_prices(client: Client, sandbox: RunningSandbox) -> None:
    product = client.v1.products.create(
        {"name": "Mug", "default_price_data": {"currency": "usd", "unit_amount": 1200}}
    )
    monthly = client.v1.prices.create(
        {"currency": "usd", "unit_amount": 900, "product": product.id, "lookup_key": "monthly",
         "recurring": {"interval": "month"}}
    )  # fmt: skip
    assert client.v1.prices.retrieve(str(product.default_price)).unit_amount == 1200
    assert (monthly.type, monthly.recurring.interval_count) == ("recurring", 1)  # type: ignore[union-attr]
    assert [p.id for p in client.v1.prices.list({"type": "recurring"}).data] == [monthly.id]
    assert client.v1.prices.list({"lookup_keys": ["monthly"]}).data[0].id == monthly.id
    again: Any = {"currency": "eur", "unit_amount": 1, "product": product.id}
    with pytest.raises(stripe.InvalidRequestError, match="already uses that lookup key"):
        client.v1.prices.create(again | {"lookup_key": "monthly"})
    client.v1.prices.create(again | {"lookup_key": "monthly", "transfer_lookup_key": True})
    assert client.v1.prices.retrieve(monthly.id).lookup_key is None
    with pytest.raises(stripe.InvalidRequestError, match="cannot be deleted"):
        client.v1.products.delete(product.id)
    alone = client.v1.products.create({"name": "Nothing"})
    assert client.v1.products.delete(alone.id).deleted
    client.v1.products.update(product.id, {"active": False, "description": "Blue"})
    assert [p.id for p in client.v1.products.list({"active": True}).data] == []


@pytest.mark.parametrize(
    ("price", "param"),
    [
        ({"unit_amount": 1}, "product"),
        ({"product_data": {"name": "x"}}, "unit_amount"),
        ({"product": "prod_none", "unit_amount": 1}, "product"),
        ({"product_data": {"name": "x"}, "unit_amount": -1}, "unit_amount"),
        (
            {"product_data": {"name": "x"}, "unit_amount": 1,
             "recurring": {"interval": "year", "interval_count": 4}},
            "recurring[interval_count]",
        ),
    ],
)  # fmt: skip
def test_prices_that_make_no_sense(client: Client, price: dict[str, Any], param: str) -> None:
    wrong: Any = {"currency": "usd", **price}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.prices.create(wrong)
    assert refused.value.param == param


def test_checkout_sells_stored_prices_to_stored_customers(client: Client, shop: Shop) -> None:
    price = client.v1.prices.create(
        {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Mug"}}
    )
    rate = client.v1.shipping_rates.create(
        {"display_name": "Post", "type": "fixed_amount",
         "fixed_amount": {"amount": 300, "currency": "usd"}}
    )  # fmt: skip
    customer = client.v1.customers.create({"email": "bob@example.com"})
    params: Any = shop.session_params() | {
        "line_items": [{"price": price.id, "quantity": 2}],
        "shipping_options": [{"shipping_rate": rate.id}],
        "customer": customer.id,
    }
    session = client.v1.checkout.sessions.create(params)
    assert session.amount_total == 1700
    shop.sandbox.control(f"sessions/{session.id}/pay", email="somebody@example.com")
    paid = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["line_items", "customer"]})
    assert paid.customer.id == customer.id  # type: ignore[union-attr]
    assert paid.customer_details.email == "bob@example.com"  # type: ignore[union-attr]
    assert paid.line_items.data[0].price.id == price.id  # type: ignore[union-attr]
    client.v1.prices.update(price.id, {"active": False})
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        client.v1.checkout.sessions.create(params)


def test_checkout_makes_a_customer_where_one_is_wanted(client: Client, shop: Shop) -> None:
    wanted = shop.session_params() | {"customer_creation": "always"}
    session = client.v1.checkout.sessions.create(wanted)
    shop.sandbox.control(f"sessions/{session.id}/pay", email="eve@example.com", name="Eve")
    paid = client.v1.checkout.sessions.retrieve(session.id)
    customer = client.v1.customers.retrieve(str(paid.customer))
    assert (customer.email, customer.name) == ("eve@example.com", "Eve")
    plain = shop.session()
    shop.sandbox.control(f"sessions/{plain.id}/pay")
    assert client.v1.checkout.sessions.retrieve(plain.id).customer is None


def test_a_recurring_price_needs_a_subscription(client: Client) -> None:
    price = client.v1.prices.create(
        {"currency": "usd", "unit_amount": 700, "product_data": {"name": "Club"},
         "recurring": {"interval": "month"}}
    )  # fmt: skip
    params: Any = {"mode": "payment", "success_url": SUCCESS, "line_items": [{"price": price.id}]}
    with pytest.raises(stripe.InvalidRequestError, match="recurring price"):
        client.v1.checkout.sessions.create(params)
