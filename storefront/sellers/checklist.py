"""What a shop needs before it sells: each step with its state and what to do next."""

from dataclasses import dataclass

from storefront.sellers import accounts, creating, repository, service, states
from storefront.sellers.repository import ListingCounts, Seller, stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Tx
from storefront.users.service import User

Badge = tuple[str, str]

_GO_ON: Badge = ("Not finished", "warn")
_CHECKING: Badge = ("Stripe is checking", "info")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the way to the first sale. `badge` is a few words and their tone.

    A step that waits for somebody else is not the seller's next one.
    """

    title: str
    text: str
    done: bool
    href: str
    action: str
    badge: Badge | None = None
    waits: bool = False


def steps(tx: Tx, user: User, seller: Seller) -> list[Step]:
    """Profile, account, branding, policy, first listing: in a sensible order, not a forced one."""
    listings = repository.listing_counts(tx, seller.id)
    account = stripe_accounts.connected_account(tx, seller.id)
    return [
        _profile(user, seller),
        _account(tx, seller, account),
        _branding(seller),
        _policy(seller, listings),
        _listing(listings, ready=states.ready_to_sell(account)),
    ]


def next_step(all_steps: list[Step]) -> Step | None:
    """Where to go on, what is wrong first; None if nothing is left or only Stripe's answer."""
    left = [step for step in all_steps if not step.done and not step.waits]
    return min(left, key=_is_not_urgent, default=None)


def _is_not_urgent(step: Step) -> bool:
    return step.badge is None or step.badge[1] != "bad"


def _profile(user: User, seller: Seller) -> Step:
    title = "Say who you are"
    if not user.email_verified:
        text = f"Confirm your e-mail address. We sent a link to {user.email}."
        return Step(title, text, False, "/account", "Send it again")
    text = "" if seller.story else "A few sentences about who makes this, where and why."
    return Step(title, text, bool(seller.story), "/sell/shop#story", "Write the story")


def _account(tx: Tx, seller: Seller, account: ConnectedAccount | None) -> Step:
    title, href = "Get paid through Stripe", "/sell/connect"
    if account is None:
        return _no_account(tx, seller, title, href)
    state, why = states.state_of(account), states.why_not(account)
    if state == states.READY:
        return Step(title, "You are paid at once, into your own account.", True, href, "")
    if state != states.PENDING:
        return Step(title, why, False, href, "See what is missing", states.WORDS[state])
    if account.details_submitted and not states.requirements_of(account).missing:
        return Step(title, why, False, href, "See how it stands", _CHECKING, waits=True)
    return Step(title, why, False, href, "Continue", _GO_ON)


def _no_account(tx: Tx, seller: Seller, title: str, href: str) -> Step:
    call = creating.creation(tx, seller.id)
    if call is not None and call.open:
        text = "Your account is being created at Stripe."
        return Step(title, text, False, href, "Look again", ("Under way", "info"), waits=True)
    if accounts.earlier(tx, seller.id):
        text = "Your shop was disconnected from Stripe, so shoppers cannot pay you."
        badge = states.WORDS[states.DISCONNECTED]
        return Step(title, text, False, href, "Connect again", badge)
    return Step(title, "You are paid at once, into your own account.", False, href, "Connect")


def _branding(seller: Seller) -> Step:
    colors = (seller.primary_color, seller.secondary_color)
    own = colors != (service.DEFAULT_PRIMARY, service.DEFAULT_SECONDARY)
    text = "A logo or colours of your own, which shoppers also see where they pay."
    return Step(
        "Make it look like yours",
        "" if seller.logo_key or own else text,
        bool(seller.logo_key) or own,
        "/sell/brand",
        "Choose a logo",
    )


def _policy(seller: Seller, listings: ListingCounts) -> Step:
    title = "Say how you refund and where you ship to"
    if not seller.refund_policy:
        text = "Shoppers read how you refund before they buy."
        return Step(title, text, False, "/sell/shop#refund_policy", "Write the policy")
    if listings.posted and not seller.countries:
        text = "You have listings that are sent by post, and no country to send them to."
        return Step(title, text, False, "/sell/shop#countries", "Choose countries")
    return Step(title, "", True, "/sell/shop", "")


def _listing(listings: ListingCounts, *, ready: bool) -> Step:
    title = "Publish your first listing"
    if listings.published:
        text = "" if ready else "It goes on sale by itself as soon as you can be paid."
        return Step(title, text, True, "/sell/listings", "")
    if listings.unpublished:
        text = "What you have written is not published yet."
        return Step(title, text, False, "/sell/listings", "Publish it")
    text = "A title, a price and a picture are enough. You can write it before you can be paid."
    return Step(title, text, False, "/sell/listings/new", "Write a listing")
