"""Full text: the words that people type find listings, and nothing they type breaks it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront.store import Store, Tx


@pytest.fixture
def listings(store: Store) -> Store:
    """Three listings."""
    with store.transaction() as tx:
        tx.run(
            "INSERT INTO users (id, email, name, password_hash, created_at)"
            " VALUES ('u', 'alice@example.com', 'Alice', '', 'now')"
        )
        tx.run(
            "INSERT INTO sellers (id, user_id, slug, name, primary_color, secondary_color,"
            " currency, created_at, updated_at)"
            " VALUES ('s', 'u', 's', 'Shop', '#000000', '#ffffff', 'usd', 'now', 'now')"
        )
        for title, description in (
            ("Speckled mug", "Holds coffee and tea"),
            ("Linen apron", "For cooks who spill coffee"),
            ("Print 100% Ωmega", "A poster"),
        ):
            insert(tx, title, description)
    return store


def insert(tx: Tx, title: str, description: str) -> None:
    tx.run(
        "INSERT INTO listings (id, seller_id, slug, title, category, description, price_amount,"
        " currency, requires_shipping, state, created_at, updated_at) VALUES (:title, 's',"
        " :title, :title, 'Kitchen', :description, 100, 'usd', 1, 'published', 'now', 'now')",
        title=title,
        description=description,
    )


def search(store: Store, text: str) -> set[str]:
    with store.read() as tx:
        words = tx.search_words(text)
        if not words:
            return set()
        condition = tx.matches("listings.search", "words")
        rows = tx.all(f"SELECT title FROM listings WHERE {condition}", words=words)
    return {row["title"] for row in rows}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mug", {"Speckled mug"}),
        ("MUG", {"Speckled mug"}),
        ("spec", {"Speckled mug"}),
        ("coffee", {"Speckled mug", "Linen apron"}),
        ("coffee apron", {"Linen apron"}),
        ("kitchen poster", {"Print 100% Ωmega"}),
        ("ωmega", {"Print 100% Ωmega"}),
        ("nothing", set()),
        ("", set()),
    ],
)
def test_it_finds_listings_that_have_all_the_words(
    listings: Store, text: str, found: set[str]
) -> None:
    assert search(listings, text) == found


def test_the_index_follows_changes(listings: Store) -> None:
    with listings.transaction() as tx:
        tx.run("UPDATE listings SET title = 'Striped cup' WHERE title = 'Speckled mug'")
        tx.run("DELETE FROM listings WHERE title = 'Linen apron'")
    assert search(listings, "mug") == set()
    assert search(listings, "coffee") == {"Striped cup"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=500)
@given(text=st.text(max_size=30) | st.text("\"'*:&|!()<>- aé%\\\0", max_size=12))
def test_nothing_that_is_typed_breaks_the_search(listings: Store, text: str) -> None:
    assert search(listings, text) <= {"Speckled mug", "Linen apron", "Print 100% Ωmega"}
