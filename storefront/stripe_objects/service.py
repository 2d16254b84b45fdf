"""Facts about Stripe's objects, from events, answers and reads alike."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from storefront.store import Tx
from storefront.stripe_objects import facts, repository
from storefront.stripe_objects.repository import StripeObject

__all__ = ["StripeObject", "by_id", "facts_of", "fold", "knows", "owner_of", "reached", "root_of",
           "standing", "tree"]  # fmt: skip

by_id = repository.by_id
tree = repository.tree
root_of = repository.root_of
reached = facts.reached
facts_of = facts.facts


def standing(dispute: StripeObject) -> tuple[int, str]:
    """How often a dispute has been answered, and its status; empty if that is not known yet."""
    submission_count, status = dispute.facts.get("standing", (0, ""))
    return submission_count, status


def owner_of(tx: Tx, object_id: str) -> str:
    """The object that a balance transaction was made for; of all others, the object itself."""
    known = by_id(tx, object_id)
    of_another = known is not None and known.object == "balance_transaction" and known.parent_id
    return of_another or object_id


def knows(tx: Tx, snapshot: Mapping[str, Any]) -> bool:
    """Whether folding a snapshot would change nothing."""
    for part in facts.explode(snapshot):
        if facts.known(part):
            found = by_id(tx, part["id"])
            if found is None or _merged(found, part) != found:
                return False
    return True


def fold(tx: Tx, snapshot: Mapping[str, Any]) -> list[str]:
    """Merge a snapshot, and every object inside it, into what is known; their ids.

    Any number of snapshots of the same objects, in any order, leaves the same facts.
    """
    inside = [part for part in facts.explode(snapshot) if facts.known(part)]
    inside.sort(key=lambda part: str(part["id"]))  # one order of locks for everybody
    for part in inside:
        known = repository.locked(tx, part["id"], part["object"])
        repository.save(tx, _merged(known, part))
    return list(dict.fromkeys(str(part["id"]) for part in inside))


def _merged(known: StripeObject, snapshot: Mapping[str, Any]) -> StripeObject:
    parents = [id_ for id_ in (known.parent_id, facts.parent(snapshot)) if id_]
    return replace(
        known,
        parent_id=max(parents, default=None),
        facts=facts.merge(known.object, known.facts, facts.facts(snapshot)),
    )
