"""The settings: wrong ones stop the start, all of them at once, each with its fix."""

import pytest

from storefront.config import Config, ConfigError

GOOD = {
    "SECRET_KEY": "x" * 32,
    "PUBLIC_URL": "https://shop.example",
    "STRIPE_SECRET_KEY": "sk_live_made_up",
    "STRIPE_CLIENT_ID": "ca_made_up",
    "STRIPE_WEBHOOK_SECRET": "whsec_of_the_platform",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_of_connected_accounts",
}
LOCAL = GOOD | {
    "PUBLIC_URL": "http://127.0.0.1:8000",
    "STRIPE_SECRET_KEY": "sk_test_made_up",
    "STRIPE_API_BASE": "http://127.0.0.1:12111",
    "STRIPE_CONNECT_BASE": "http://localhost:12111",
    "STRIPE_FILES_BASE": "http://[::1]:12111",
}


def problems(**changes: str) -> list[str]:
    """What is wrong with the good settings after these changes."""
    with pytest.raises(ConfigError) as caught:
        Config.from_env(GOOD | changes)
    return caught.value.problems


def test_the_smallest_set_is_enough() -> None:
    config = Config.from_env(GOOD)
    assert config.livemode
    assert config.secure
    assert config.public_host == "shop.example"
    assert config.checkout_origins == ("https://checkout.stripe.com", "https://connect.stripe.com")


def test_a_test_key_may_meet_a_sandbox_on_this_machine() -> None:
    config = Config.from_env(LOCAL)
    assert config.mode == "test"
    assert config.checkout_origins == ("http://127.0.0.1:12111", "http://localhost:12111")


def test_without_settings_every_problem_is_listed_with_its_fix() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({})
    text = str(caught.value)
    for name in GOOD.keys() - {"PUBLIC_URL"}:
        assert f"{name}: " in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("PUBLIC_URL", "http://shop.example"),
        ("PUBLIC_URL", "shop.example"),
        ("PUBLIC_URL", "https://shop.example/shop"),
        ("PUBLIC_URL", "http://127.0.0.1:8000"),
        ("DATABASE_URL", "mysql://localhost/shop"),
        ("STRIPE_SECRET_KEY", "pk_live_made_up"),
        ("STRIPE_CLIENT_ID", "ca_"),
        ("STRIPE_WEBHOOK_SECRET", ""),
        ("STRIPE_WEBHOOK_SECRET", " , "),
        ("STRIPE_CONNECT_WEBHOOK_SECRET", "whsec_"),
        ("STRIPE_API_BASE", "http://127.0.0.1:12111"),
        ("STRIPE_CONNECT_BASE", "https://stripe.example"),
        ("STRIPE_FILES_BASE", "https://stripe.example"),
        ("PLATFORM_FEE", "a tenth"),
        ("PLATFORM_FEE", "101%"),
        ("FEE_MODE", "transfer"),
        ("MAIL_URL", "https://mail.example"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "²"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    assert [problem for problem in problems(**{name: value}) if problem.startswith(f"{name}: ")]


def test_the_mode_of_the_fee_is_one_of_two() -> None:
    assert Config.from_env(GOOD).fee_mode == "application_fee"
    assert Config.from_env(GOOD | {"FEE_MODE": "Transfer_Amount"}).fee_mode == "transfer_amount"


def test_a_sandbox_elsewhere_is_refused_with_a_test_key_too() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env(LOCAL | {"STRIPE_API_BASE": "http://192.0.2.1:12111"})
    assert len(caught.value.problems) == 1


def test_while_a_secret_is_replaced_two_are_accepted() -> None:
    config = Config.from_env(
        GOOD | {"STRIPE_WEBHOOK_SECRET": "whsec_the_old_one, whsec_the_new_one"}
    )
    assert config.stripe_webhook_secrets == ("whsec_the_old_one", "whsec_the_new_one")


def test_a_printed_config_shows_no_secret() -> None:
    shown = repr(Config.from_env(GOOD | {"MAIL_URL": "smtp://user:password@mail.example"}))
    for secret in ("sk_live", "whsec_", "password", "x" * 32):
        assert secret not in shown
