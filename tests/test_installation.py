"""A database belongs to test or to live payments, from its first start on."""

from dataclasses import replace

import pytest

from storefront import installation
from storefront.config import Config, ConfigError
from storefront.store import Store

LIVE = "sk_live_made_up"


def test_a_key_of_the_other_mode_stops_the_start(store: Store, config: Config) -> None:
    installation.check(store, config)
    installation.check(store, config)
    with pytest.raises(ConfigError, match="belongs to test payments"):
        installation.check(store, replace(config, stripe_secret_key=LIVE))


def test_the_first_start_decides(store: Store, config: Config) -> None:
    live = replace(config, stripe_secret_key=LIVE)
    installation.check(store, live)
    with pytest.raises(ConfigError, match="Use the live key"):
        installation.check(store, config)


def test_missing_migrations_stop_the_start(store: Store, config: Config) -> None:
    with store.transaction() as tx:
        tx.run("DELETE FROM migrations")
    with pytest.raises(ConfigError, match="python -m storefront migrate"):
        installation.check(store, config)
