"""What Stripe still wants from a seller, in words.

Keys as in https://docs.stripe.com/connect/handling-api-verification; one that is not in the
tables is shown as it came.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storefront.clock import timestamp

_WHOLE = {
    "business_profile.mcc": "what kind of business it is",
    "business_profile.url": "a website, or a page about the shop",
    "business_profile.product_description": "what is sold",
    "business_profile.name": "the name customers know",
    "business_profile.support_phone": "a phone number for customers",
    "business_profile.support_email": "an e-mail address for customers",
    "business_profile.support_url": "a page with help for customers",
    "business_type": "whether it is a person or a company",
    "company.name": "the company's legal name",
    "company.tax_id": "the company's tax number",
    "company.vat_id": "the company's VAT number",
    "company.registration_number": "the company's registration number",
    "company.phone": "the company's phone number",
    "company.owners_provided": "that all owners are named",
    "company.directors_provided": "that all directors are named",
    "company.executives_provided": "that all executives are named",
    "company.verification.document": "a document about the company",
    "external_account": "a bank account for payouts",
    "email": "an e-mail address",
    "tos_acceptance.date": "agreement to Stripe's terms",
    "tos_acceptance.ip": "agreement to Stripe's terms",
    "settings.payments.statement_descriptor": "the name on card statements",
    "settings.card_payments.statement_descriptor_prefix": "the short name on card statements",
}
_WHO = {
    "individual": "your",
    "representative": "the representative's",
    "owners": "the owners'",
    "directors": "the directors'",
    "executives": "the executives'",
    "company": "the company's",
}
_FIELDS = {
    "first_name": "first name",
    "last_name": "last name",
    "dob": "date of birth",
    "address": "address",
    "email": "e-mail address",
    "phone": "phone number",
    "id_number": "identification number",
    "ssn_last_4": "last four digits of the social security number",
    "nationality": "nationality",
    "relationship": "role in the company",
    "verification.document": "identity document",
    "verification.additional_document": "second document",
    "political_exposure": "political exposure",
}
NO_ACCESS = "no_access"
"""Our own word beside Stripe's reasons: Stripe does not let us see the account."""

_DISABLED = {
    NO_ACCESS: "Stripe does not let us see this account any more. If you disconnected it there,"
    " connect it again.",
    "requirements.past_due": "Stripe waits for information that was due earlier.",
    "requirements.pending_verification": "Stripe is checking what was sent.",
    "under_review": "Stripe is reviewing the account.",
    "listed": "Stripe compares the account with lists of restricted people and companies.",
    "platform_paused": "The account was paused by the marketplace.",
    "action_required.requested_capabilities": "Stripe needs more information for this country.",
    "rejected.fraud": "Stripe rejected the account for suspected fraud.",
    "rejected.terms_of_service": "Stripe rejected the account for breaking its terms.",
    "rejected.incomplete_verification": "Stripe rejected the account: it could not be verified.",
    "rejected.platform_fraud": "The marketplace rejected the account for suspected fraud.",
    "rejected.platform_other": "The marketplace rejected the account.",
    "rejected.platform_terms_of_service": "The marketplace rejected the account for breaking its"
    " terms.",
    "rejected.listed": "Stripe rejected the account: it is on a list of restricted parties.",
    "rejected.other": "Stripe rejected the account.",
    "other": "Stripe has paused the account.",
}


@dataclass(frozen=True, slots=True)
class Requirements:
    """What is missing, thing by thing. `due_at` and `future_at` are timestamps of ours, or empty.

    `future` is what Stripe will want besides from `future_at` on, when its rules change.
    """

    past_due: tuple[str, ...] = ()
    currently_due: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    disabled: str = ""
    due_at: str = ""
    future: tuple[str, ...] = ()
    future_at: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """What the seller has to give now, the overdue first."""
        return tuple(dict.fromkeys(self.past_due + self.currently_due))


def from_stripe(hash_: dict[str, Any]) -> Requirements:
    """An account's `requirements` hash in words; keys that mean the same are said once.

    Its part `future` is Stripe's `future_requirements`.
    """

    def words(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(in_words, hash_.get(name) or ())))

    due_now = set(hash_.get("currently_due") or ()) | set(hash_.get("past_due") or ())
    eventually = [key for key in hash_.get("eventually_due") or () if key not in due_now]
    return Requirements(
        past_due=words("past_due"),
        currently_due=words("currently_due"),
        pending=words("pending_verification"),
        later=tuple(dict.fromkeys(map(in_words, eventually))),
        errors=tuple(map(_error, hash_.get("errors") or ())),
        disabled=_disabled(hash_.get("disabled_reason")),
        due_at=_moment(hash_.get("current_deadline")),
        future=_future(hash_.get("future") or {}),
        future_at=_moment((hash_.get("future") or {}).get("current_deadline")),
    )


def in_words(key: str) -> str:
    """What a requirement asks for; an unknown one as it came."""
    if key in _WHOLE:
        return _WHOLE[key]
    who, _, field = key.partition(".")
    owner = "a named person's" if who.startswith("person_") else _WHO.get(who)
    while owner and field:
        if field in _FIELDS:
            return f"{owner} {_FIELDS[field]}"
        field = field.rpartition(".")[0]
    return key


def _future(hash_: dict[str, Any]) -> tuple[str, ...]:
    wanted = [*(hash_.get("past_due") or ()), *(hash_.get("currently_due") or ())]
    return tuple(dict.fromkeys(map(in_words, wanted)))


def _error(error: dict[str, Any]) -> str:
    """What Stripe could not accept, and why in its own words."""
    about, reason = in_words(str(error.get("requirement", ""))), str(error.get("reason", ""))
    return f"{about}: {reason}" if about and reason else about or reason


def _disabled(reason: str | None) -> str:
    return _DISABLED.get(reason, reason) if reason else ""


def _moment(unix_time: int | None) -> str:
    return timestamp(datetime.fromtimestamp(unix_time, UTC)) if unix_time else ""
