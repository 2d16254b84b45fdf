"""Every setting, read once from the environment. Nothing else reads `os.environ`."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from storefront.errors import Invalid
from storefront.fees import (
    APPLICATION_FEE,
    FEE_MODES,
    TEN_PERCENT,
    Amounts,
    FeeRule,
    parse_amounts,
    parse_fee_rule,
)

STRIPE_API = "https://api.stripe.com"
STRIPE_CONNECT = "https://connect.stripe.com"
STRIPE_FILES = "https://files.stripe.com"
STRIPE_CHECKOUT = "https://checkout.stripe.com"
STRIPE_PORTAL = "https://billing.stripe.com"

OAUTH, ACCOUNT_LINKS = "oauth", "account_links"
CONNECT_WAYS = (OAUTH, ACCOUNT_LINKS)
"""How sellers get their Stripe account: an own one through OAuth, or one that we create."""

NO_ENDPOINT_YET = "none"
"""What stands in place of a webhook secret until there is an endpoint: no event is accepted."""


class ConfigError(Exception):
    """The settings that must be corrected before anything starts, each with its fix."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(["The settings are not complete:", *problems]))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that can be set. README has the table; the names there are upper-case."""

    secret_key: str = field(repr=False)
    public_url: str
    stripe_secret_key: str = field(repr=False)
    stripe_client_id: str
    stripe_webhook_secrets: tuple[str, ...] = field(repr=False)
    stripe_connect_webhook_secrets: tuple[str, ...] = field(repr=False)
    database_url: str = "sqlite:///var/storefront.db"
    stripe_api_base: str = STRIPE_API
    stripe_connect_base: str = STRIPE_CONNECT
    stripe_files_base: str = STRIPE_FILES
    connect_ways: tuple[str, ...] = (OAUTH,)
    platform_name: str = "Storefront"
    platform_fee: FeeRule = TEN_PERCENT
    fee_mode: str = APPLICATION_FEE
    refund_daily_limit: Amounts = ()
    refund_approval_above: Amounts = ()
    seller_refund_limit: Amounts = ()
    fetch_per_second: int = 10
    mail_url: str = field(default="", repr=False)
    mail_from: str = "Storefront <shop@localhost>"
    mail_folder: Path = Path("var/mail")
    media_root: Path = Path("var/media")
    trusted_proxies: int = 0
    host: str = "127.0.0.1"
    port: int = 8000
    log_level: str = "INFO"

    @property
    def livemode(self) -> bool:
        """Whether the key moves real money."""
        return "_live_" in self.stripe_secret_key

    @property
    def mode(self) -> str:
        """`live` or `test`."""
        return "live" if self.livemode else "test"

    @property
    def secure(self) -> bool:
        """Whether shoppers reach us through https."""
        return self.public_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """Host and port of PUBLIC_URL, as a browser sends them."""
        return urlsplit(self.public_url).netloc

    @property
    def checkout_origins(self) -> tuple[str, ...]:
        """Where a form of ours may lead: Checkout, Connect and the billing portal, for the CSP."""
        if self.stripe_api_base == STRIPE_API:
            return (STRIPE_CHECKOUT, self.stripe_connect_base, STRIPE_PORTAL)
        return tuple(dict.fromkeys((self.stripe_api_base, self.stripe_connect_base)))

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read and check the settings. Raises ConfigError with every problem at once."""
        reader = _Reader(os.environ if environ is None else environ)
        config = reader.config()
        if reader.problems:
            raise ConfigError(reader.problems)
        return config


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = {name: value.strip() for name, value in environ.items()}
        self.problems: list[str] = []

    def config(self) -> Config:
        key, ways = self.secret_key_of_stripe(), self.connect_ways()
        return Config(
            secret_key=self.secret_key(),
            public_url=self.public_url(live="_live_" in key),
            database_url=self.database_url(),
            stripe_secret_key=key,
            stripe_client_id=self.client_id(live="_live_" in key, ways=ways),
            stripe_webhook_secrets=self.secrets("STRIPE_WEBHOOK_SECRET"),
            stripe_connect_webhook_secrets=self.secrets("STRIPE_CONNECT_WEBHOOK_SECRET"),
            stripe_api_base=self.base("STRIPE_API_BASE", STRIPE_API, key),
            stripe_connect_base=self.base("STRIPE_CONNECT_BASE", STRIPE_CONNECT, key),
            stripe_files_base=self.base("STRIPE_FILES_BASE", STRIPE_FILES, key),
            connect_ways=ways,
            platform_name=self.get("PLATFORM_NAME") or "Storefront",
            platform_fee=self.fee(),
            fee_mode=self.choice("FEE_MODE", APPLICATION_FEE, FEE_MODES),
            refund_daily_limit=self.amounts("REFUND_DAILY_LIMIT"),
            refund_approval_above=self.amounts("REFUND_APPROVAL_ABOVE"),
            seller_refund_limit=self.amounts("SELLER_REFUND_LIMIT"),
            fetch_per_second=self.number("FETCH_PER_SECOND", 10, 1, 100),
            mail_url=self.mail_url(),
            mail_from=self.get("MAIL_FROM") or "Storefront <shop@localhost>",
            mail_folder=Path(self.get("MAIL_FOLDER") or "var/mail"),
            media_root=Path(self.get("MEDIA_ROOT") or "var/media"),
            trusted_proxies=self.number("TRUSTED_PROXIES", 0, 0, 10),
            host=self.get("HOST") or "127.0.0.1",
            port=self.number("PORT", 8000, 1, 65535),
            log_level=self.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        )

    def get(self, name: str) -> str:
        return self.environ.get(name, "")

    def wrong(self, name: str, problem: str) -> None:
        self.problems.append(f"{name}: {problem}")

    def secret_key(self) -> str:
        value = self.get("SECRET_KEY")
        if len(value) < 32:
            make = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
            self.wrong("SECRET_KEY", f"needs at least 32 random characters. Make one with: {make}")
        return value

    def public_url(self, *, live: bool) -> str:
        value = self.get("PUBLIC_URL").rstrip("/") or f"http://127.0.0.1:{self.get('PORT') or 8000}"
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            self.wrong("PUBLIC_URL", f"{value} is not like https://shop.example (no path).")
        elif parts.scheme == "http" and (live or not _is_loopback(parts.hostname)):
            self.wrong("PUBLIC_URL", "must begin with https:// unless it is this machine.")
        return value

    def database_url(self) -> str:
        value = self.get("DATABASE_URL") or "sqlite:///var/storefront.db"
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            self.wrong("DATABASE_URL", "must begin with sqlite:/// or postgresql://")
        return value

    def secret_key_of_stripe(self) -> str:
        value = self.get("STRIPE_SECRET_KEY")
        if not value.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
            self.wrong(
                "STRIPE_SECRET_KEY",
                "must begin with sk_test_, sk_live_, rk_test_ or rk_live_ (Dashboard, API keys).",
            )
        return value

    def connect_ways(self) -> tuple[str, ...]:
        asked = [part.strip().lower() for part in self.get("CONNECT_WAYS").split(",")]
        chosen = tuple(way for way in CONNECT_WAYS if way in asked)
        if set(asked) - {*CONNECT_WAYS, ""}:
            self.wrong(
                "CONNECT_WAYS", f"must be {' or '.join(CONNECT_WAYS)}, or both with a comma."
            )
        return chosen or (OAUTH,)

    def client_id(self, *, live: bool, ways: tuple[str, ...]) -> str:
        """Stripe has one client id for each mode; that of the key's mode counts."""
        mode = "LIVE" if live else "TEST"
        own, shared = f"STRIPE_CLIENT_ID_{mode}", "STRIPE_CLIENT_ID"
        name = own if self.get(own) or not self.get(shared) else shared
        value = self.get(name)
        if value.removeprefix("ca_") in {value, ""} and (value or OAUTH in ways):
            where = f"Stripe Dashboard in {mode.lower()} mode, Connect settings"
            self.wrong(
                name,
                f"must begin with ca_ ({where}); the key is a {mode.lower()} key."
                f" {shared} counts where {own} is not set.",
            )
        return value

    def secrets(self, name: str) -> tuple[str, ...]:
        values = tuple(part.strip() for part in self.get(name).split(",") if part.strip())
        if values == (NO_ENDPOINT_YET,):
            return ()
        if not values:
            self.wrong(
                name,
                "is empty: anybody could forge events. Copy the endpoint's whsec_…, or write"
                f" {NO_ENDPOINT_YET} until the page /admin/setup has made one.",
            )
        elif any(not value.startswith("whsec_") or len(value) < 16 for value in values):
            self.wrong(name, "must be whsec_… of the endpoint; two of them with a comma between.")
        return values

    def base(self, name: str, default: str, key: str) -> str:
        value = self.get(name).rstrip("/") or default
        parts = urlsplit(value)
        if value != default and not (_is_loopback(parts.hostname) and "_test_" in key):
            self.wrong(name, "may point away from Stripe only to this machine, with a test key.")
        return value

    def fee(self) -> FeeRule:
        try:
            return parse_fee_rule(self.get("PLATFORM_FEE") or "10%")
        except Invalid as error:
            self.wrong("PLATFORM_FEE", error.message)
            return FeeRule(0)

    def amounts(self, name: str) -> Amounts:
        try:
            return parse_amounts(self.get(name))
        except Invalid as error:
            self.wrong(name, error.message)
            return ()

    def mail_url(self) -> str:
        value = self.get("MAIL_URL")
        if value and urlsplit(value).scheme not in {"smtp", "smtps", "smtp+starttls"}:
            self.wrong("MAIL_URL", "must be like smtp+starttls://user:password@host:587")
        return value

    def number(self, name: str, default: int, low: int, high: int) -> int:
        value = self.get(name) or str(default)
        if not value.isascii() or not value.isdecimal() or not low <= int(value) <= high:
            self.wrong(name, f"must be a whole number from {low} to {high}.")
            return default
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.get(name).lower() or default.lower()
        for choice in choices:
            if choice.lower() == value:
                return choice
        self.wrong(name, f"must be one of {', '.join(choices)}.")
        return default


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
