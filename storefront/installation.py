"""What must hold before anything starts: a complete schema, and a key of the right mode."""

from storefront.config import Config, ConfigError
from storefront.store import Store
from storefront.store.installation import remember
from storefront.store.migrate import pending


def check(store: Store, config: Config) -> None:
    """Remember test or live at the first start. Raises ConfigError with the fix."""
    if missing := pending(store):
        steps = ", ".join(missing)
        raise ConfigError(
            [f"DATABASE_URL: the database lacks {steps}. Run: python -m storefront migrate"]
        )
    with store.transaction() as tx:
        mode = remember(tx, config.mode)
    if mode != config.mode:
        raise ConfigError(
            [
                f"STRIPE_SECRET_KEY: a {config.mode} key, but this database belongs to {mode}"
                f" payments. Use the {mode} key, or another DATABASE_URL."
            ]
        )
