"""The evidence of a dispute: the draft of what we know, and what people put in its place.

It can be changed until it is submitted, which is possible once (https://docs.stripe.com/disputes/api).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from storefront import clock
from storefront.current import Services
from storefront.disputes import service as disputes
from storefront.disputes.acceptance import CLOSE as CLOSE
from storefront.disputes.service import ANSWERABLE, OPEN, Dispute
from storefront.errors import Invalid, Refused
from storefront.evidence import repository
from storefront.evidence.draft import draft
from storefront.evidence.fields import FIELDS
from storefront.evidence.files import Upload
from storefront.evidence.repository import Item
from storefront.refunds import service as refunds
from storefront.store import Tx
from storefront.stripe_calls import service as stripe_calls

__all__ = ["MAX_LENGTH", "Author", "Change", "ChangedMeanwhile", "Evidence", "Item", "of_dispute",
           "save", "under_way", "why_not"]  # fmt: skip

SAVE, SUBMIT = "dispute.update", "dispute.submit"
MAX_LENGTH: Final = 20_000
MAX_TOTAL: Final = 150_000
"""Characters in one field, and in all of them together (https://docs.stripe.com/disputes/api)."""


class ChangedMeanwhile(Refused):
    """Somebody else has saved since the page was opened."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that would be sent, by field."""

    items: Mapping[str, Item]

    @property
    def sent(self) -> dict[str, str]:
        """What Stripe gets."""
        return {item.name: item.value for item in self.filled}

    @property
    def filled(self) -> list[Item]:
        """What is there, in the order of the fields."""
        return [self.items[name] for name in FIELDS if self.value(name)]

    @property
    def version(self) -> str:
        """Names exactly this evidence."""
        return sha256(json.dumps(self.sent, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def changed(self) -> Item | None:
        """What a person has changed last."""
        by_people = [item for item in self.items.values() if item.author]
        return max(by_people, key=lambda item: item.updated_at, default=None)

    def value(self, name: str) -> str:
        """A field's text or file id, empty if it is not filled."""
        return self.items[name].value if name in self.items else ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something: `seller` or `operator`, and the person."""

    role: str
    actor_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """What a form says about the evidence whose `version` it was made from."""

    version: str
    texts: Mapping[str, str]
    uploads: Mapping[str, Upload]
    removed: frozenset[str]


def of_dispute(tx: Tx, dispute: Dispute) -> Evidence:
    """The evidence as it is now."""
    order = refunds.order_of(tx, dispute.order_id)
    items = {name: Item(name, text) for name, text in draft(tx, order).items()}
    return Evidence(items | {item.name: item for item in repository.of_dispute(tx, dispute.id)})


def why_not(tx: Tx, dispute: Dispute) -> str:
    """Why the evidence can be neither changed nor submitted; empty if it can."""
    if reason := under_way(tx, dispute):
        return reason
    if dispute.status not in ANSWERABLE:
        return _SUBMITTED if dispute.status in OPEN else "This dispute is over."
    if dispute.due_by is None:
        return "The bank does not allow an answer to this dispute."
    if dispute.due_by <= clock.timestamp():
        return "The deadline for an answer has passed."
    return ""


_SUBMITTED = "The evidence was submitted already. The bank decides now."
_UNDER_WAY: Final = {
    SUBMIT: "The evidence is on its way to the bank.",
    CLOSE: "This dispute is being accepted at this moment.",
}


def under_way(tx: Tx, dispute: Dispute) -> str:
    """What Stripe is being asked to do at this moment that ends the matter; empty for nothing."""
    for operation, reason in _UNDER_WAY.items():
        call = stripe_calls.of_subject(tx, operation, dispute.id)
        if call is not None and call.open:
            return reason
    return ""


def save(services: Services, dispute_id: str, change: Change, author: Author) -> None:
    """Keep what was typed and uploaded. Raises Invalid, Refused and StripeFailure."""
    with services.store.read() as tx:
        _check(tx, disputes.by_id(tx, dispute_id), change)
    items = [*_removed(change), *_uploaded(services, change)]
    with services.store.transaction() as tx:
        dispute = locked(services, tx, dispute_id)
        before = _check(tx, dispute, change)
        items += [
            Item(name, text) for name, text in change.texts.items() if text != before.value(name)
        ]
        for item in items:
            written = Item(item.name, item.value, item.filename, author.role)
            repository.save(tx, dispute.id, written, author.actor_id)


def locked(services: Services, tx: Tx, dispute_id: str) -> Dispute:
    """A dispute as everything known says, which nobody else changes before the transaction ends."""
    services.settlement.project(tx, disputes.by_id(tx, dispute_id).order_id)
    return disputes.by_id(tx, dispute_id)


def _check(tx: Tx, dispute: Dispute, change: Change) -> Evidence:
    if reason := why_not(tx, dispute):
        raise Refused(reason)
    before = of_dispute(tx, dispute)
    if change.version != before.version:
        raise ChangedMeanwhile(
            "Somebody else has changed this evidence meanwhile. Save again to keep what stands"
            " here, or open the page anew to see theirs."
        )
    _check_emptied(tx, dispute, change)
    total = sum(len(text) for text in {**before.sent, **change.texts}.values())
    if total > MAX_TOTAL:
        raise Invalid(
            f"All texts together may have {MAX_TOTAL:,} characters; these have {total:,}."
        )
    return before


def _check_emptied(tx: Tx, dispute: Dispute, change: Change) -> None:
    """Stripe replaces a field of evidence, but knows no way to unset one."""
    empty = {name for name, text in change.texts.items() if not text}
    empty |= change.removed - change.uploads.keys()
    for operation in (SAVE, SUBMIT):
        call = stripe_calls.of_subject(tx, operation, dispute.id)
        if call is None or call.state in {"rejected", "abandoned"}:
            continue
        if stuck := [FIELDS[name].label for name in call.parameters["evidence"] if name in empty]:
            raise Invalid(
                f"Stripe has this already, and there it can be replaced but not emptied:"
                f" {', '.join(stuck)}. Please put something else in its place."
            )


def _removed(change: Change) -> list[Item]:
    return [Item(name, "") for name in change.removed - change.uploads.keys()]


def _uploaded(services: Services, change: Change) -> list[Item]:
    """Upload the files: outside of any transaction, since Stripe may be slow."""
    found = []
    for name, upload in change.uploads.items():
        answer = services.gateway.upload_file("dispute_evidence", upload.filename, upload.content)
        found.append(Item(name, answer["id"], upload.filename))
    return found
