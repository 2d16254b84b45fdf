"""Stripe's requirements in words."""

import pytest

from storefront.sellers import requirements
from storefront.sellers.requirements import Requirements, in_words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("external_account", "a bank account for payouts"),
        ("tos_acceptance.ip", "agreement to Stripe's terms"),
        ("individual.dob.day", "your date of birth"),
        ("individual.verification.additional_document", "your second document"),
        ("representative.address.postal_code", "the representative's address"),
        ("person_1Abc.relationship.title", "a named person's role in the company"),
        ("owners.email", "the owners' e-mail address"),
        ("company.address.city", "the company's address"),
        ("company.tax_id", "the company's tax number"),
    ],
)  # fmt: skip
def test_known_keys_are_said_in_words(key: str, words: str) -> None:
    assert in_words(key) == words


@pytest.mark.parametrize("key", ["something.new", "individual", "individual.shoe_size", "", "."])
def test_unknown_keys_are_shown_as_they_came(key: str) -> None:
    assert in_words(key) == key


def test_each_thing_is_asked_for_once() -> None:
    needed = requirements.from_stripe({
        "past_due": ["individual.dob.day"],
        "currently_due": ["individual.dob.day", "individual.dob.month", "external_account"],
        "eventually_due": ["external_account", "business_profile.url"],
        "pending_verification": ["individual.verification.document"],
        "disabled_reason": "requirements.past_due",
        "current_deadline": 1_800_000_000,
        "errors": [{
            "code": "verification_document_not_readable", "reason": "The document is blurred.",
            "requirement": "individual.verification.document",
        }],
    })  # fmt: skip
    assert needed == Requirements(
        past_due=("your date of birth",),
        currently_due=("your date of birth", "a bank account for payouts"),
        pending=("your identity document",),
        later=("a website, or a page about the shop",),
        errors=("your identity document: The document is blurred.",),
        disabled="Stripe waits for information that was due earlier.",
        due_at="2027-01-15T08:00:00.000000Z",
    )
    assert needed.missing == ("your date of birth", "a bank account for payouts")


def test_what_stripe_will_want_is_told_with_its_day() -> None:
    needed = requirements.from_stripe({
        "currently_due": ["external_account"],
        "future": {
            "currently_due": ["individual.id_number", "a.new.thing"],
            "current_deadline": 1_800_000_000,
        },
    })  # fmt: skip
    assert needed.missing == ("a bank account for payouts",)
    assert needed.future == ("your identification number", "a.new.thing")
    assert needed.future_at == "2027-01-15T08:00:00.000000Z"


def test_an_account_that_lacks_nothing() -> None:
    assert requirements.from_stripe({}) == Requirements()
    assert requirements.from_stripe({"disabled_reason": "a_new_reason"}).disabled == "a_new_reason"
