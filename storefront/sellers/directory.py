"""All shops as an operator sees them, with who runs them and how their account stands."""

from dataclasses import dataclass

from storefront.sellers import states
from storefront.sellers.repository import stripe_accounts
from storefront.sellers.repository.stripe_accounts import ConnectedAccount
from storefront.store import Row, Tx

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """One shop. `email` is its seller's."""

    seller_id: str
    name: str
    slug: str
    email: str
    opened_at: str
    account: ConnectedAccount | None

    @property
    def missing(self) -> int:
        """How many things Stripe wants now."""
        return len(states.requirements_of(self.account).missing) if self.account else 0

    @property
    def state(self) -> tuple[str, str]:
        """A few words and their tone."""
        state = states.state_of(self.account)
        wanted = state == states.READY and self.missing
        return ("Ready, more wanted", "warn") if wanted else states.WORDS[state]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the shops. `older` is where the next page begins, empty at the end."""

    entries: list[Entry]
    older: str


def page(tx: Tx, words: str, before: str) -> Page:
    """The shops that match the words, the newest first, from an id on."""
    rows = stripe_accounts.search(tx, words, before, PAGE_SIZE + 1)
    entries = [_entry(row) for row in rows[:PAGE_SIZE]]
    return Page(entries, entries[-1].seller_id if len(rows) > PAGE_SIZE else "")


def _entry(row: Row) -> Entry:
    return Entry(
        seller_id=row["shop_id"],
        name=row["shop_name"],
        slug=row["slug"],
        email=row["email"],
        opened_at=row["opened_at"],
        account=stripe_accounts.account_in(row),
    )
