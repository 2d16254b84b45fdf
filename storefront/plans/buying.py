"""From a plan's card to Stripe Checkout and back; https://docs.stripe.com/payments/checkout.

A seller has one customer at Stripe, one open session, one subscription. A double click gets the
same session; choosing another plan expires the first session before it makes a second one, so two
can never be paid. Coming back proves nothing, so the session is read.
"""

import time
from collections.abc import Mapping
from typing import Any

from storefront import clock
from storefront.audit import service as audit
from storefront.config import Config
from storefront.current import Services
from storefront.errors import Busy, NotFound, Refused
from storefront.ids import new_id
from storefront.plans import notices, repository, service
from storefront.plans.repository import EXTRA, GONE, OPEN, SUBSCRIBED, Plan, Purchase
from storefront.sellers import service as sellers
from storefront.sellers.service import Seller
from storefront.store import Conflict, Tx
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_calls.service import StripeCall
from storefront.stripe_gateway.failures import StripeFailure
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.users import service as users

CUSTOMER, CREATE, EXPIRE = "customer.create", "plan_session.create", "plan_session.expire"
SESSION_MINUTES = 60
_REUSE_MARGIN_MINUTES = 2
_LOOK_MINUTES = 10
_WAIT_SECONDS = 20
_BATCH = 20
_SILENT = "Stripe has not answered in time. Please try again in a few seconds."
_HAS_ONE = "You have a plan already. Here you can change it or end it."


def register(outcomes: Outcomes) -> None:
    """Listen to the calls of this module."""
    outcomes.on(CUSTOMER, _customer_made)
    outcomes.on(CREATE, _session_made)


def choose(services: Services, seller: Seller, plan_id: str) -> str:
    """The address at Checkout where a seller pays for a plan.

    Raises NotFound, Refused with a reason for the seller, and Busy when Stripe does not answer;
    trying again then goes on with the same session.
    """
    with services.store.read() as tx:
        wanted = _choosable(tx, seller, plan_id)
    customer = _customer(services, seller)
    _settle(services, seller.id, wanted)
    with services.store.transaction() as tx:
        repository.lock_customer(tx, seller.id, "", clock.timestamp())
        wanted = _choosable(tx, seller, plan_id)
        purchase = _reusable(tx, seller.id, wanted)
        purchase = purchase or _begin(tx, services.config, seller, wanted, customer)
    return _url(services, purchase)


def returned(services: Services, seller_id: str, session_id: str) -> Purchase:
    """How the session stands from which a seller comes back. Raises NotFound for another's."""
    with services.store.read() as tx:
        found = repository.by_session(tx, session_id)
    if found is None or found.seller_id != seller_id:
        raise NotFound("We could not find that payment. Your plan stands under “Plan”.")
    return look(services, found)


def look(services: Services, purchase: Purchase) -> Purchase:
    """Read a session, and the subscription that it made; the purchase afterwards.

    Raises Busy if Stripe does not answer.
    """
    try:
        answer = services.gateway.session(str(purchase.stripe_checkout_session_id))
    except StripeFailure as failure:
        raise Busy(_SILENT) from failure
    with services.store.transaction() as tx:
        completed(tx, answer)
        found = _found(tx, purchase.id)
        known = stripe_subscriptions.by_id(tx, found.stripe_subscription_id or "")
    if known is not None and not known.over:
        stripe_subscriptions.read(services, known.id)
    return found


def look_at_due(services: Services) -> int:
    """The worker's part: sessions that no event has told of; of how many Stripe has told."""
    with services.store.read() as tx:
        due = repository.to_look_at(tx, clock.timestamp(), _BATCH)
    for purchase in due:
        with services.store.transaction() as tx:
            repository.look_later(tx, purchase.id, clock.in_future(minutes=_LOOK_MINUTES))
        try:
            look(services, purchase)
        except Busy:
            continue
    return len(due)


def completed(tx: Tx, session: Mapping[str, Any]) -> bool:
    """Fold how a session stands; False if it is not one for a plan."""
    purchase = repository.by_session(tx, str(session["id"]))
    if purchase is None:
        return False
    if session["status"] == "complete" and session.get("subscription"):
        _paid(tx, purchase, str(session["subscription"]))
    elif session["status"] == "expired" and purchase.state == OPEN:
        repository.set_state(tx, purchase.id, GONE)
    return True


def _paid(tx: Tx, purchase: Purchase, subscription_id: str) -> None:
    """It counts, unless another one does already or the shop is gone: then it ends at once."""
    repository.lock_customer(tx, purchase.seller_id, "", clock.timestamp())
    if _found(tx, purchase.id).stripe_subscription_id is not None:
        return
    late = sellers.is_closed(tx, purchase.seller_id)
    extra = late or service.holding(tx, purchase.seller_id) is not None
    stripe_subscriptions.want(tx, subscription_id)
    repository.set_state(tx, purchase.id, EXTRA if extra else SUBSCRIBED, subscription_id)
    seller = sellers.seller_by_id(tx, purchase.seller_id)
    action = "plan.paid_late" if late else "plan.paid_twice" if extra else "plan.began"
    plan = service.plan(tx, purchase.plan_id)
    audit.record(tx, seller.user_id if seller else None, action, purchase.seller_id, plan.name)
    if extra:
        cancel = stripe_subscriptions.CANCEL
        stripe_calls.prepare(tx, cancel, purchase.id, {}, target=subscription_id)
        notices.ended_at_once(tx, purchase, plan, subscription_id, late=late)


def _choosable(tx: Tx, seller: Seller, plan_id: str) -> Plan:
    wanted = service.plan(tx, plan_id)
    if not wanted.offered:
        raise Refused(f"The plan “{wanted.name}” is not offered any more. Please choose another.")
    if service.holding(tx, seller.id) is not None:
        raise Refused(_HAS_ONE)
    return wanted


def open_choice(tx: Tx, seller_id: str) -> tuple[Purchase, Plan] | None:
    """What a seller has begun to pay at Checkout and not finished."""
    found = repository.open_purchase(tx, seller_id)
    if found is None or found.expires_at < clock.timestamp():
        return None
    return found, service.plan(tx, found.plan_id)


def _customer(services: Services, seller: Seller) -> str:
    """The seller's customer at Stripe, made once. Raises Busy and Refused."""
    with services.store.transaction() as tx:
        account = sellers.account_of(tx, seller.id)
        account_id = account.stripe_account_id if account else ""
        known = repository.lock_customer(tx, seller.id, account_id, clock.timestamp())
        if known is not None:
            return known
        user = users.by_id(tx, seller.user_id)
        metadata = {"seller_id": seller.id, "stripe_account_id": account_id}
        sent = {"email": user.email if user else "", "name": seller.name, "metadata": metadata}
        call = stripe_calls.prepare(tx, CUSTOMER, seller.id, sent, actor_id=seller.user_id)
    call = _done(services, call)
    if call.stripe_object_id is None:
        raise Refused(f"Stripe did not take your details. It says: {call.error_message}")
    return call.stripe_object_id


def _settle(services: Services, seller_id: str, wanted: Plan) -> None:
    """Find out how an open session stands, and expire it if it is for something else."""
    with services.store.read() as tx:
        found = repository.open_purchase(tx, seller_id)
    if found is None:
        return
    if found.stripe_checkout_session_id is None:
        found = _made(services, found)
    found = look(services, found)
    if found.state == OPEN and not _is(found, wanted):
        with services.store.transaction() as tx:
            target = str(found.stripe_checkout_session_id)
            call = stripe_calls.prepare(tx, EXPIRE, found.id, {}, target=target)
        _done(services, call)
        look(services, found)


def _is(purchase: Purchase, wanted: Plan) -> bool:
    lives = purchase.expires_at > clock.in_future(minutes=_REUSE_MARGIN_MINUTES)
    return lives and purchase.plan_id == wanted.id and not purchase.ends_by_leaving


def _reusable(tx: Tx, seller_id: str, wanted: Plan) -> Purchase | None:
    found = repository.open_purchase(tx, seller_id)
    if found is not None and not _is(found, wanted):
        raise Busy("Another window is choosing a plan right now. Please try again.")
    return found


def _begin(tx: Tx, config: Config, seller: Seller, wanted: Plan, customer: str) -> Purchase:
    trial = 0 if service.had_one(tx, seller.id) else wanted.trial_days
    new = Purchase(
        id=new_id(),
        seller_id=seller.id,
        plan_id=wanted.id,
        state=OPEN,
        trial_days=trial,
        stripe_checkout_session_id=None,
        checkout_url=None,
        stripe_subscription_id=None,
        ends_by_leaving=False,
        created_at=clock.timestamp(),
        expires_at=clock.in_future(minutes=SESSION_MINUTES),
        look_at=clock.in_future(minutes=_LOOK_MINUTES),
    )
    try:
        with tx.savepoint():
            repository.insert_purchase(tx, new)
    except Conflict as error:
        raise Busy("Another window is choosing a plan right now. Please try again.") from error
    sent = _parameters(config, new, wanted, customer)
    stripe_calls.prepare(tx, CREATE, new.id, sent, actor_id=seller.user_id)
    audit.record(tx, seller.user_id, "plan.chosen", seller.id, wanted.name)
    return new


def _parameters(config: Config, new: Purchase, wanted: Plan, customer: str) -> dict[str, Any]:
    """A session of the platform's own: no destination and no fee, the money is the platform's."""
    data: dict[str, Any] = {"metadata": {"seller_id": new.seller_id, "plan_id": wanted.id}}
    if new.trial_days:
        data["trial_period_days"] = new.trial_days
    return {
        "mode": "subscription",
        "customer": customer,
        "client_reference_id": new.id,
        "metadata": {"plan_subscription_id": new.id},
        "line_items": [{"price": wanted.stripe_price_id, "quantity": 1}],
        "subscription_data": data,
        "expires_at": int(clock.parse(new.expires_at).timestamp()),
        "success_url": f"{config.public_url}/sell/plan/return?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{config.public_url}/sell/plan",
    }


def _url(services: Services, purchase: Purchase) -> str:
    if purchase.checkout_url is None:
        purchase = _made(services, purchase)
    return str(purchase.checkout_url)


def _made(services: Services, purchase: Purchase) -> Purchase:
    """Have the session made, by us or by whoever is at it already (the other click)."""
    with services.store.read() as tx:
        call = stripe_calls.of_subject(tx, CREATE, purchase.id)
    assert call is not None  # noqa: S101 - purchase and call are written in one transaction
    call = _done(services, call)
    if call.state != "confirmed":
        raise Refused(f"The payment could not be started. Stripe says: {call.error_message}")
    with services.store.read() as tx:
        return _found(tx, purchase.id)


def _done(services: Services, call: StripeCall) -> StripeCall:
    """A call after its end, sent by us or by another click. Raises Busy."""
    deadline = time.monotonic() + _WAIT_SECONDS
    call = stripe_calls.execute(services, call.id)
    while call.state == "sent" and time.monotonic() < deadline:
        time.sleep(0.1)
        call = stripe_calls.execute(services, call.id)
    if call.open:
        raise Busy(_SILENT)
    return call


def _found(tx: Tx, purchase_id: str) -> Purchase:
    found = repository.purchase(tx, purchase_id)
    assert found is not None  # noqa: S101 - they are never deleted
    return found


def _customer_made(tx: Tx, call: StripeCall, answer: dict[str, Any] | None) -> None:
    if answer is not None:
        repository.set_customer(tx, call.subject_id, answer["id"])


def _session_made(tx: Tx, call: StripeCall, answer: dict[str, Any] | None) -> None:
    if answer is None:
        repository.set_state(tx, call.subject_id, GONE)
    else:
        repository.attach_session(tx, call.subject_id, answer["id"], answer["url"])
        _stop_if_left(tx, repository.purchase(tx, call.subject_id))


def stop_open(tx: Tx, seller_id: str) -> None:
    """Nobody can pay any more what a seller has begun to pay, not even once Stripe has made it."""
    found = repository.open_purchase(tx, seller_id)
    if found is not None:
        repository.mark_leaving(tx, found.id, leaving=True)
        _stop_if_left(tx, repository.purchase(tx, found.id))


def _stop_if_left(tx: Tx, found: Purchase | None) -> None:
    if found is None or found.state != OPEN or not found.ends_by_leaving:
        return
    if target := found.stripe_checkout_session_id:
        stripe_calls.prepare(tx, EXPIRE, found.id, {}, target=target)
