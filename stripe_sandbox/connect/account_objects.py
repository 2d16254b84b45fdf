"""How accounts look, and the platform's own."""

from stripe_sandbox import ids
from stripe_sandbox.sandbox import Sandbox, after_reset
from stripe_sandbox.store import JSON

ALL_CAPABILITIES = ("card_payments", "transfers")
_DUE = {
    "express": (
        "business_type",
        "external_account",
        "individual.dob.day",
        "individual.verification.document",
        "tos_acceptance.date",
    ),
    "custom": ("external_account", "tos_acceptance.date"),
}
_CURRENCIES = {
    "US": "usd",
    "GB": "gbp",
    "JP": "jpy",
    "CA": "cad",
    "AU": "aud",
    "CH": "chf",
    "SE": "sek",
    "NO": "nok",
    "DK": "dkk",
    "PL": "pln",
    "CZ": "czk",
    "HU": "huf",
    "RO": "ron",
    "NZ": "nzd",
    "SG": "sgd",
    "HK": "hkd",
    "MX": "mxn",
    "BR": "brl",
    "IN": "inr",
    "TH": "thb",
    "MY": "myr",
    "AE": "aed",
}
COUNTRIES = {
    "US": "United States",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "ES": "Spain",
    "IT": "Italy",
    "NL": "Netherlands",
    "IE": "Ireland",
    "PT": "Portugal",
    "AT": "Austria",
    "BE": "Belgium",
    "JP": "Japan",
    "CA": "Canada",
    "AU": "Australia",
    "CH": "Switzerland",
    "SE": "Sweden",
    "NO": "Norway",
    "DK": "Denmark",
    "PL": "Poland",
    "CZ": "Czechia",
    "NZ": "New Zealand",
    "SG": "Singapore",
    "MX": "Mexico",
    "BR": "Brazil",
}


def currency_of(country: str) -> str:
    """The usual currency of a country; the euro where no other is known."""
    return _CURRENCIES.get(country, "eur")


def create_account(
    sandbox: Sandbox,
    *,
    kind: str,
    country: str = "US",
    currency: str | None = None,
    email: str | None = None,
    name: str | None = None,
    capabilities: tuple[str, ...] = (),
    connected: bool = True,
) -> JSON:
    """Keep a new account. Capabilities that are asked for are active at once; those of an Express
    account once its owner has told Stripe what is due.
    """
    active, waits = kind in ("standard", "platform"), kind == "express"
    account: JSON = {
        "id": ids.new("acct"),
        "object": "account",
        "type": "standard" if kind == "platform" else kind,
        "business_profile": _business_profile(name),
        "business_type": None,
        "capabilities": dict.fromkeys(capabilities, "inactive" if waits else "active"),
        "charges_enabled": active or (not waits and "card_payments" in capabilities),
        "company": None,
        "controller": _controller(kind),
        "country": country,
        "created": sandbox.clock.now(),
        "default_currency": currency or currency_of(country),
        "details_submitted": active,
        "email": email,
        "external_accounts": None,
        "future_requirements": requirements(),
        "groups": None,
        "individual": None,
        "metadata": {},
        "payouts_enabled": active,
        "requirements": requirements(*_DUE.get(kind, ())),
        "settings": _settings(name, kind),
        "tos_acceptance": {
            "date": None,
            "ip": None,
            "service_agreement": None,
            "user_agent": None,
        },
        "_connected": connected,
    }
    account["settings"]["dashboard"]["display_name"] = name
    return sandbox.store.add(account, account["id"])


def _business_profile(name: str | None) -> JSON:
    empty = (
        "annual_revenue estimated_worker_count mcc minority_owned_business_designation "
        "monthly_estimated_revenue specified_commercial_transactions_act_url "
        "product_description "
        "support_address support_email support_phone support_url url"
    )
    return {**dict.fromkeys(empty.split()), "name": name}


def _controller(kind: str) -> JSON:
    if kind in ("standard", "platform"):
        return {"type": "account"}
    dashboard = {"express": "express"}.get(kind, "none")
    return {
        "type": "application",
        "is_controller": True,
        "fees": {"payer": "application_express" if kind == "express" else "application_custom"},
        "losses": {"payments": "application"},
        "requirement_collection": "stripe" if kind == "express" else "application",
        "stripe_dashboard": {"type": dashboard},
    }


def requirements(*due: str) -> JSON:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": list(due),
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": list(due),
        "past_due": list(due),
        "pending_verification": [],
    }


def _settings(name: str | None, kind: str) -> JSON:
    descriptor = (name or "")[:22].upper() or None
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None, "user_agent": None}},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": False},
            "statement_descriptor_prefix": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": name, "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": "offer"},
        "payments": {
            "statement_descriptor": descriptor,
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "payouts": {
            "debit_negative_balances": kind != "custom",
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {"creditor_id": None},
    }


@after_reset
def _make_platform(sandbox: Sandbox) -> None:
    if sandbox.store.find(sandbox.platform_id) is None:
        platform = create_account(
            sandbox, kind="platform", name="Sandbox platform", capabilities=ALL_CAPABILITIES
        )
        sandbox.store.set_setting("platform", platform["id"])
