"""Shops: opening one, editing it, and what others may ask about them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from storefront import money
from storefront.clock import timestamp
from storefront.errors import Invalid, Refused
from storefront.ids import new_id
from storefront.media import Media
from storefront.security import typed_text
from storefront.sellers import colors, countries, logos, repository, states
from storefront.sellers.repository import Seller, stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.slugs import slug_of
from storefront.store import Conflict, Store, Tx

__all__ = [
    "ConnectedAccount",
    "Details",
    "Seller",
    "account_by_id",
    "account_of",
    "is_closed",
    "is_connected",
    "lock_account",
    "ready_to_sell",
    "seller_by_id",
    "seller_by_slug",
    "seller_of_user",
    "shop_named",
    "state_of",
    "why_not",
]

MAX_NAME, MAX_STORY, MAX_POLICY = 60, 4000, 4000
DEFAULT_PRIMARY, DEFAULT_SECONDARY = "#f4f1ea", "#1f6f5c"

seller_by_id = repository.find
seller_of_user = repository.find_by_user
seller_by_slug = repository.find_by_slug
is_closed = repository.is_closed
account_of = stripe_accounts.connected_account
account_by_id = stripe_accounts.find_account
lock_account = stripe_accounts.lock_account
ready_to_sell = states.ready_to_sell
why_not = states.why_not
state_of = states.state_of


@dataclass(frozen=True, slots=True)
class Details:
    """What a seller says about a shop, as typed. `shipping` is an amount in words: `4.50`."""

    name: str
    story: str = ""
    primary_color: str = DEFAULT_PRIMARY
    secondary_color: str = DEFAULT_SECONDARY
    refund_policy: str = ""
    countries: tuple[str, ...] = ()
    shipping: str = "0"


def is_connected(tx: Tx, stripe_account_id: str) -> bool:
    """Whether an account is connected now, so that money can be paid into it."""
    account = account_by_id(tx, stripe_account_id)
    return account is not None and account.connected


def shop_named(tx: Tx, named: str) -> Seller:
    """A shop that is named by its id or by its address. Raises Invalid."""
    found = seller_by_id(tx, named) or seller_by_slug(tx, named)
    if found is None:
        raise Invalid("No shop has this address or id. The page of a seller shows both.")
    return found


def open_shop(tx: Tx, user_id: str, details: Details, currency: str) -> Seller:
    """Open a person's shop. Its address and its currency stay. Raises Invalid and Refused."""
    blank = Seller(
        id=new_id(),
        user_id=user_id,
        slug=_free_slug(tx, shop_name(details.name)),
        name="",
        story="",
        primary_color="",
        secondary_color="",
        logo_key=None,
        stripe_logo_id=None,
        refund_policy="",
        currency=known_currency(currency),
        shipping_countries="",
        shipping_amount=0,
        created_at=timestamp(),
    )
    seller = _with_details(blank, details)
    try:
        with tx.savepoint():
            repository.insert(tx, seller)
    except Conflict as error:
        raise Refused(
            "You have a shop already, or have deleted one, and an account opens no other shop."
        ) from error
    return seller


def edit_shop(tx: Tx, seller: Seller, details: Details) -> Seller:
    """Change what is said about a shop; its looks stay. Orders keep what was said at that time."""
    primary, secondary = seller.primary_color, seller.secondary_color
    kept = replace(details, primary_color=primary, secondary_color=secondary)
    edited = _with_details(seller, kept)
    repository.update(tx, edited, timestamp())
    return edited


def change_colors(tx: Tx, seller: Seller, primary: str, secondary: str) -> None:
    """Change a shop's two colours. Raises Invalid."""
    primary, secondary = colors.color(primary), colors.color(secondary)
    changed = replace(seller, primary_color=primary, secondary_color=secondary)
    repository.update(tx, changed, timestamp())


def change_logo(store: Store, media: Media, seller: Seller, content: bytes) -> None:
    """Re-encode and store a logo. Raises Invalid."""
    key = media.save(logos.encode(content), ".png")
    with store.transaction() as tx:
        repository.set_logo(tx, seller.id, key, timestamp())


def remove_logo(tx: Tx, seller: Seller) -> None:
    """Show the shop without a logo."""
    repository.set_logo(tx, seller.id, None, timestamp())


def shop_name(text: str) -> str:
    """A shop's name in the form that we keep. Raises Invalid."""
    name = typed_text.one_line(text)
    if not 2 <= len(name) <= MAX_NAME:
        raise Invalid(f"A shop's name has 2 to {MAX_NAME} characters.")
    return name


def known_currency(text: str) -> str:
    """A currency that shops here can have. Raises Invalid."""
    if text not in money.CURRENCIES:
        raise Invalid("Please choose a currency from the list.")
    return text


def shipping_price(text: str, currency: str) -> int:
    """The flat price of shipping in minor units; zero is free. Raises Invalid."""
    amount = money.parse(text or "0", currency)
    if not 0 <= amount <= money.MAXIMUM // 10:
        raise Invalid("Please enter what shipping costs; 0 if it is free.")
    return amount


def _with_details(seller: Seller, details: Details) -> Seller:
    return replace(
        seller,
        name=shop_name(details.name),
        story=_text(details.story, MAX_STORY),
        primary_color=colors.color(details.primary_color),
        secondary_color=colors.color(details.secondary_color),
        refund_policy=_text(details.refund_policy, MAX_POLICY),
        shipping_countries=",".join(_known_countries(details.countries)),
        shipping_amount=shipping_price(details.shipping, seller.currency),
    )


def _text(text: str, longest: int) -> str:
    cleaned = typed_text.many_lines(text)
    if len(cleaned) > longest:
        raise Invalid(f"Please use at most {longest} characters.")
    return cleaned


def _known_countries(codes: Iterable[str]) -> list[str]:
    chosen = sorted(set(codes))
    if not countries.CODES.issuperset(chosen):
        raise Invalid("Please choose countries from the list.")
    return chosen


def _free_slug(tx: Tx, name: str) -> str:
    """The name as part of an address; with a number behind it if another shop has it."""
    slug = slug_of(name, "shop")
    taken = repository.slugs_like(tx, slug)
    number = 1
    while (candidate := slug if number == 1 else f"{slug}-{number}") in taken:
        number += 1
    return candidate
