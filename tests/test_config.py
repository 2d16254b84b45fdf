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
    assert config.checkout_origins == (
        "https://checkout.stripe.com",
        "https://connect.stripe.com",
        "https://billing.stripe.com",
    )


def test_a_test_key_may_meet_a_sandbox_on_this_machine() -> None:
    config = Config.from_env(LOCAL)
    assert config.mode == "test"
    assert config.checkout_origins == ("http://127.0.0.1:12111", "http://localhost:12111")


def test_without_settings_every_problem_is_listed_with_its_fix() -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({})
    text = str(caught.value)
    for name in GOOD.keys() - {"PUBLIC_URL", "STRIPE_CLIENT_ID"} | {"STRIPE_CLIENT_ID_TEST"}:
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
        ("STRIPE_CLIENT_ID_LIVE", "made_up"),
        ("CONNECT_WAYS", "oauth,telepathy"),
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


BOTH_IDS = {"STRIPE_CLIENT_ID_TEST": "ca_test", "STRIPE_CLIENT_ID_LIVE": "ca_live"}


@pytest.mark.parametrize(
    ("settings", "client_id"),
    [
        (GOOD | BOTH_IDS, "ca_live"),
        (LOCAL | BOTH_IDS, "ca_test"),
        (GOOD | {"STRIPE_CLIENT_ID_TEST": "ca_test"}, "ca_made_up"),
        (LOCAL | {"STRIPE_CLIENT_ID_LIVE": "ca_live"}, "ca_made_up"),
    ],
)
def test_the_mode_of_the_key_chooses_the_client_id(
    settings: dict[str, str], client_id: str
) -> None:
    assert Config.from_env(settings).stripe_client_id == client_id


def test_a_client_id_of_the_other_mode_is_none() -> None:
    [problem] = problems(STRIPE_CLIENT_ID="", STRIPE_CLIENT_ID_TEST="ca_test")
    assert problem.startswith("STRIPE_CLIENT_ID_LIVE: ")
    assert "the key is a live key" in problem


def test_account_links_need_no_client_id() -> None:
    config = Config.from_env(GOOD | {"CONNECT_WAYS": "account_links", "STRIPE_CLIENT_ID": ""})
    assert (config.connect_ways, config.stripe_client_id) == (("account_links",), "")
    both = Config.from_env(GOOD | {"CONNECT_WAYS": "Account_Links, oauth"})
    assert both.connect_ways == ("oauth", "account_links")
    assert Config.from_env(GOOD).connect_ways == ("oauth",)


def test_a_webhook_secret_may_be_none_only_if_that_is_said() -> None:
    config = Config.from_env(GOOD | {"STRIPE_WEBHOOK_SECRET": "none"})
    assert config.stripe_webhook_secrets == ()


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
