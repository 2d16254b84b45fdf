"""How imports are put into words."""

from collections.abc import Callable, Mapping
from typing import Final

from storefront import money
from storefront.catalog import details as accepted
from storefront.catalog.categories import CATEGORIES
from storefront.listing_imports.columns import UNLIMITED
from storefront.listing_imports.repository import Import

STATES: Final = {
    "checking": ("Being compared", "info"),
    "checked": ("Nothing written yet", "warn"),
    "committing": ("Being written", "info"),
    "committed": ("Imported", "good"),
    "undoing": ("Being undone", "info"),
    "undone": ("Undone", "neutral"),
}
"""State → a word and its tone."""

VIEWS: Final = {"wrong": "Errors", "changed": "Changed", "new": "New", "unchanged": "Unchanged"}
UNDONE_VIEWS: Final = {
    "kept": "Left as they are", "paused": "Paused", "restored": "Put back", "deleted": "Deleted",
}  # fmt: skip

_LENGTH: Final = 160
_BEFORE: Final = 24


def state_word(batch: Import) -> tuple[str, str]:
    """What an import has come to, and the tone of that."""
    return STATES[batch.state]


def shown(cell: str, name: str, currency: str) -> str:
    """A cell for people."""
    if name == "price":
        return money.display(accepted.price(cell, currency), currency)
    if name == "stock":
        return "no limit" if cell == UNLIMITED else cell
    return CATEGORIES.get(cell, cell) if name == "category" else cell or "(empty)"


def excerpts(old: str, new: str) -> tuple[str, str]:
    """Two texts, shortened to where they begin to differ."""
    same = next((i for i, pair in enumerate(zip(old, new, strict=False)) if len(set(pair)) > 1),
                min(len(old), len(new)))  # fmt: skip
    start = max(0, same - _BEFORE) if max(len(old), len(new)) > _LENGTH else 0
    return _cut(old, start), _cut(new, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + _LENGTH]
    return f"{'…' if start else ''}{part}{'…' if start + _LENGTH < len(text) else ''}"


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "import_state": state_word,
    "import_cell": shown,
    "import_excerpts": excerpts,
}
