"""One of everything that an address can name, made the way the product makes it."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask
from PIL import Image

from storefront import clock
from storefront.current import Services
from storefront.disputes import policies as dispute_policies
from storefront.evidence import rules as answer_rules
from storefront.fee_rules import service as fee_rules
from storefront.fees import FeeRule
from storefront.ids import new_token
from storefront.listing_imports import service as listing_imports
from storefront.merchants import service as merchants
from storefront.orders.service import Order
from storefront.plans import service as plans
from storefront.reconciliation import service as reconciling
from storefront.refund_requests import asking
from storefront.refunds import policies
from storefront.refunds import service as refunds
from storefront.refunds.service import Author, Wish
from storefront.stored_data import service as stored_data
from storefront.users import service as users
from tests.cast import PASSWORD, Cast, Shop
from tests.client import Browser
from tests.security.routes import About
from tests.subscriptions.club import Club

ABSENT = "01ABSENTABSENTABSENTABSENT"
PEOPLE = ("Bob", "Alice", "Dora", "Olga")

Names = dict[str, str]


@dataclass(frozen=True)
class World:
    """What exists. Alice's shop sold something to Bob; Dora has a shop as well."""

    own: dict[About, Names]
    foreign: dict[About, Names]
    """The same kinds of things, of somebody else: what Dora may not touch is Alice's."""


def browsers(app: Flask, cast: Cast) -> dict[str, Browser]:
    """A browser for each part, `guest` included."""
    found: dict[str, Browser] = {"guest": _browser(app)}
    for name in PEOPLE:
        user = cast.operator() if name == "Olga" else cast.user(name)
        found[name] = browser = _browser(app)
        browser.submit("/sign-in", "/sign-in", email=user.email, password=PASSWORD)
        browser.get("/account")
    return found


def make(services: Services, cast: Cast, alice: Browser, worker: Callable[[], None]) -> World:
    """Fill an empty marketplace. `worker` lets Stripe's events arrive."""
    shop, other = cast.shop("Alice"), cast.shop("Dora")
    names = _of_shop(cast, shop, alice)
    names["import"] = _imported(services, shop)
    order = cast.order(cast.listing(shop), cast.user("Bob"))
    elsewhere = cast.listing(other)
    other_order = cast.order(elsewhere)
    names |= _subscribed(cast, shop)
    names["external"] = _refunded_elsewhere(cast, order, worker)
    names |= _of_order(services, order, cast.operator().id, worker)
    names |= _of_people(services, cast)
    names["dispute"] = names["sold_dispute"] = _disputed(cast, order)
    names["dispute_policy"] = _with_dispute_policy(services, order, cast.operator().id)
    names["merchant_rule"] = _with_merchant_rule(services, order, cast.operator().id)
    names["answer_rule"] = _with_answer_rule(services, order, cast.operator().id)
    names |= _stored(services, cast, shop)
    names["seller"] = {"seller_id": shop.seller.id}
    names["brand_picture"] = {"kind": "logo"}
    names["fee_rule"] = _with_fee_rule(services)
    names["plan"] = _with_plan(services, cast.operator().id)
    names["reconciliation"] = _reconciled(services)
    names |= _asked_back(services, order)
    names["refund_policy"] = _with_refund_policy(services, order, cast.operator().id)
    own_picture = names["picture"]["picture_id"]
    return World(
        names,
        {
            "picture": {"listing_id": elsewhere.id, "picture_id": own_picture},
            "asked": {**names["asked"], "token": other_order.token},
        },
    )


def absent(about: About, names: Names) -> Names:
    """The same address with something in it that does not exist."""
    if about == "media":
        return {"key": "0" * 32 + ".webp"}
    return dict.fromkeys(names, ABSENT)


def rows(services: Services, *left_out: str) -> dict[str, list[dict[str, Any]]]:
    """Everything that is stored, to see whether it has changed."""
    tables = (
        "users", "user_tokens", "sellers", "connected_accounts", "account_changes",
        "oauth_states", "listings", "listing_pictures", "listing_imports", "listing_import_rows",
        "carts", "cart_lines", "orders", "order_lines", "refunds",
        "fee_rules", "refund_lines", "refund_policies", "fee_returns", "repayments", "debts",
        "disputes", "fraud_warnings", "dispute_policies", "dispute_evidence", "refund_reviews",
        "merchant_rules", "statement_suffixes", "platform_account", "order_visits", "brand_looks",
        "answer_rules", "answer_limits",
        "audit_log", "stripe_calls", "webhook_events", "ledger", "mails", "refund_requests",
        "refund_request_lines", "refund_request_steps", "stored_objects", "stored_fetches",
        "order_messages", "subscriptions", "stripe_subscriptions", "plans", "plan_customers",
        "plan_subscriptions",
    )  # fmt: skip
    with services.store.read() as tx:
        return {
            name: [dict(row) for row in tx.all(f"SELECT * FROM {name}")]
            for name in tables
            if name not in left_out
        }


def _browser(app: Flask) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


def _of_shop(cast: Cast, shop: Shop, alice: Browser) -> dict[About, Names]:
    listing = cast.listing(shop)
    content = io.BytesIO()
    Image.new("RGB", (200, 200), "teal").save(content, "PNG")
    content.seek(0)
    path = f"/sell/listings/{listing.id}/pictures"
    answer = alice.post(path, data={"pictures": (content, "mug.png")})
    assert answer.status_code == 303, answer.text
    with cast.services.store.read() as tx:
        picture = tx.one("SELECT id, media_key FROM listing_pictures")
    assert picture is not None
    slug = {"slug": shop.seller.slug}
    return {
        "listing": {"listing_id": listing.id},
        "picture": {"listing_id": listing.id, "picture_id": picture["id"]},
        "media": {"key": picture["media_key"]},
        "page": {"slug": listing.slug},
        "line*": {"listing_id": listing.id},
        "shop": slug,
        "shop*": slug,
        "file": {"filename": "site.css"},
        "script": {"filename": "htmx.min.js"},
    }


def _imported(services: Services, shop: Shop) -> Names:
    """A file that was compared and not imported yet."""
    upload = listing_imports.Upload("stock.csv", b"sku,title,category,price,stock\nA,Mug,art,9,1")
    batch = listing_imports.start(services, shop.seller.id, shop.owner.id, upload)
    return {"import_id": batch.id}


def _of_order(
    services: Services, order: Order, operator_id: str, worker: Callable[[], None]
) -> dict[About, Names]:
    wish = Wish(100, reverse_transfer=True, return_fee=True, owed=True)
    refund = refunds.request(services, order.id, wish, Author(new_token(), operator_id))
    worker()
    with services.store.read() as tx:
        debt = tx.value("SELECT id FROM debts")
        call = tx.value("SELECT id FROM stripe_calls ORDER BY id LIMIT 1")
        object_id = tx.value("SELECT id FROM stripe_objects ORDER BY id LIMIT 1")
        event = tx.value("SELECT id FROM webhook_events ORDER BY id LIMIT 1")
    return {
        "order": {"order_id": order.id},
        "sold": {"order_id": order.id},
        "link": {"token": order.token},
        "refund": {"order_id": order.id, "refund_id": refund.id},
        "debt": {"debt_id": debt},
        "call": {"call_id": call},
        "object": {"object_id": object_id},
        "event": {"event_id": event},
    }


def _subscribed(cast: Cast, shop: Shop) -> dict[About, Names]:
    """Bob subscribes to something of Alice's."""
    club = Club(cast, shop)
    found = club.of(club.join(cast.user("Bob")))
    by_id = {"subscription_id": found.id}
    return {
        "subscription": {"token": found.token},
        "sold_subscription": by_id,
        "any_subscription": by_id,
    }


def _asked_back(services: Services, order: Order) -> dict[About, Names]:
    """The shopper of an order asks for a part of it back."""
    wanted = asking.Asking("damaged", "It has a crack.", new_token(), {}, amount=200)
    request = {"request_id": asking.ask(services, order.id, wanted).id}
    return {"asked": {"token": order.token, **request}, "sold_request": request, "request": request}


def _refunded_elsewhere(cast: Cast, order: Order, worker: Callable[[], None]) -> Names:
    cast.sandbox.post("/v1/refunds", {"charge": order.stripe_charge_id, "amount": 50})
    worker()
    with cast.services.store.read() as tx:
        return {"order_id": order.id, "refund_id": refunds.of_order(tx, order.id)[0].id}


def _disputed(cast: Cast, order: Order) -> Names:
    made = cast.sandbox.control(f"charges/{order.stripe_charge_id}/dispute", inquiry=True)
    with cast.services.store.transaction() as tx:
        cast.services.settlement.fold(tx, made)
    return {"dispute_id": made["id"]}


def _with_fee_rule(services: Services) -> Names:
    wanted = fee_rules.NewRule(fee_rules.PLATFORM, "", FeeRule(80_000), clock.timestamp())
    with services.store.transaction() as tx:
        return {"rule_id": fee_rules.add(tx, wanted, None).id}


def _with_plan(services: Services, operator_id: str) -> Names:
    terms = plans.Terms(900, "usd", "month", 0, FeeRule(50_000))
    return {"plan_id": plans.create(services, plans.Texts("Pro"), terms, operator_id).id}


def _with_refund_policy(services: Services, order: Order, operator_id: str) -> Names:
    with services.store.transaction() as tx:
        policies.decide(tx, policies.RefundPolicy(order.seller_id, "platform", "ask"), operator_id)
    return {"seller_id": order.seller_id}


def _with_dispute_policy(services: Services, order: Order, operator_id: str) -> Names:
    policy = dispute_policies.DisputePolicy(order.seller_id, "ask", "keep")
    with services.store.transaction() as tx:
        dispute_policies.decide(tx, policy, operator_id)
    return {"seller_id": order.seller_id}


def _with_merchant_rule(services: Services, order: Order, operator_id: str) -> Names:
    with services.store.transaction() as tx:
        merchants.decide(tx, merchants.MerchantRule(order.seller_id, "seller"), operator_id)
    return {"seller_id": order.seller_id}


def _with_answer_rule(services: Services, order: Order, operator_id: str) -> Names:
    rule = answer_rules.AnswerRule(order.seller_id, submits=False, limits={"usd": 100})
    with services.store.transaction() as tx:
        answer_rules.decide(tx, rule, operator_id)
    return {"seller_id": order.seller_id}


def _reconciled(services: Services) -> Names:
    run = reconciling.start(services, reconciling.COMMAND)
    reconciling.run_to_end(services, run, lambda _: None)
    return {"reconciliation_id": run.id}


def _stored(services: Services, cast: Cast, shop: Shop) -> dict[About, Names]:
    """Copies of the payment that arrived on Alice's account, and of a payout."""
    cast.sandbox.control("payouts/automatic", account=shop.account, currency="usd")
    with services.store.transaction() as tx:
        stored_data.start(tx, shop.account, ["charges", "payouts", "balance_transactions"])
    stored_data.run_to_end(services, [shop.account], lambda _: None)
    with services.store.read() as tx:
        own = {"object_id": tx.value("SELECT id FROM stored_objects ORDER BY id LIMIT 1")}
        payout = tx.value("SELECT id FROM stored_objects WHERE kind = 'payouts'")
    account = {"account_id": shop.account}
    return {
        "stored": account,
        "stored_object": account | own,
        "own_stored": own,
        "own_payout": {"payout_id": payout},
        "month": {"month": shop.seller.created_at[:7]},
    }


def _of_people(services: Services, cast: Cast) -> dict[About, Names]:
    """A link that sets Charlie's password, and one that confirms Nora's address."""
    tokens: list[str] = []

    def link(token: str) -> str:
        tokens.append(token)
        return f"/somewhere/{token}"

    users.forgot_password(services.store, cast.user("Charlie").email, link)
    users.sign_up(services.store, "Nora", "nora@example.com", PASSWORD, link)
    reset, confirm = tokens
    return {
        "reset": {"token": reset},
        "confirm": {"token": confirm},
        "confirmed": {"token": confirm},
    }
