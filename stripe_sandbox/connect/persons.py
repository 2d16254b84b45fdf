"""Persons: who owns, runs and represents an account."""

from typing import Any

from stripe_sandbox import ids
from stripe_sandbox.api.operations import Call, metadata, operation, page_of
from stripe_sandbox.connect.account_objects import requirements
from stripe_sandbox.connect.accounts import managed
from stripe_sandbox.store import JSON
from stripe_sandbox.webhooks.events import changed, emit

_NOTHING = (
    "address_kana address_kanji email first_name first_name_kana first_name_kanji gender "
    "last_name last_name_kana last_name_kanji maiden_name nationality phone us_cfpb_data"
)
_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
_ROLES = ("authorizer", "director", "executive", "legal_guardian", "owner", "representative")
_SECRETS = ("id_number", "id_number_secondary", "ssn_last_4")
"""Stripe tells only whether it knows these."""


def _empty(account: JSON, now: int) -> JSON:
    due = ("current_deadline", "disabled_reason")
    nothing_due = {name: each for name, each in requirements().items() if name not in due}
    document = {"back": None, "details": None, "details_code": None, "front": None}
    return {
        **dict.fromkeys(_NOTHING.split()),
        **{f"{name}_provided": False for name in _SECRETS},
        "id": ids.new("person"),
        "object": "person",
        "account": account["id"],
        "additional_tos_acceptances": {"account": {"date": None, "ip": None, "user_agent": None}},
        "address": dict(_ADDRESS),
        "created": now,
        "dob": {"day": None, "month": None, "year": None},
        "full_name_aliases": [],
        "future_requirements": nothing_due,
        "metadata": {},
        "political_exposure": "none",
        "registered_address": dict(_ADDRESS),
        "relationship": {
            **dict.fromkeys(_ROLES, False),
            "percent_ownership": None,
            "title": None,
        },
        "requirements": dict(nothing_due),
        "verification": {
            "additional_document": dict(document),
            "details": None,
            "details_code": None,
            "document": document,
            "status": "unverified",
        },
    }


def _fill(person: JSON, params: JSON) -> None:
    for name in _SECRETS:
        if params.get(name):
            person[f"{name}_provided"] = True
    for name, value in params.items():
        if name in ("metadata", "verification") or name not in person:
            continue
        if isinstance(value, dict) and isinstance(person[name], dict):
            person[name].update(value)
        else:
            person[name] = _unset(person[name]) if value == "" else value
    person["metadata"] = metadata(params, person["metadata"])


def _unset(value: Any) -> Any:
    return dict.fromkeys(value) if isinstance(value, dict) else None


@operation("POST", "/v1/accounts/<identifier>/persons", "AccountPersonCreateParams")
def create(call: Call, identifier: str) -> JSON:
    """Add a person to an account."""
    person = _empty(managed(call, identifier), call.sandbox.clock.now())
    _fill(person, call.params)
    call.sandbox.store.add(person, identifier)
    emit(call.sandbox, "person.created", person)
    return person


@operation("GET", "/v1/accounts/<identifier>/persons", "AccountPersonListParams")
def list_all(call: Call, identifier: str) -> JSON:
    """The persons of an account, by their relationship to it."""
    managed(call, identifier)
    wanted = call.params.get("relationship") or {}
    found = call.sandbox.store.select("person", identifier)
    chosen = [each for each in found if wanted.items() <= each["relationship"].items()]
    return page_of(call, f"/v1/accounts/{identifier}/persons", chosen)


@operation("GET", "/v1/accounts/<identifier>/persons/<person>")
def retrieve(call: Call, identifier: str, person: str) -> JSON:
    """One person."""
    return call.fetch("person", person, account=managed(call, identifier)["id"])


@operation("POST", "/v1/accounts/<identifier>/persons/<person>", "AccountPersonUpdateParams")
def update(call: Call, identifier: str, person: str) -> JSON:
    """Change what is known about a person."""
    found = retrieve(call, identifier, person)
    before = {name: found[name] for name in call.params if name in found}
    _fill(found, call.params)
    changed(call.sandbox, "person.updated", found, **before)
    return found


@operation("DELETE", "/v1/accounts/<identifier>/persons/<person>")
def delete(call: Call, identifier: str, person: str) -> JSON:
    """Remove a person from an account."""
    found = retrieve(call, identifier, person)
    call.sandbox.store.delete(person)
    emit(call.sandbox, "person.deleted", found)
    return {"id": person, "object": "person", "deleted": True}
