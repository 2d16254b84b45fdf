"""Where the features meet: who answers which event, which outcome, which recurring job.

Features never import those that come after them (docs/ARCHITECTURE.md); what must call back
is registered here.
"""

from storefront.config import Config
from storefront.current import Services
from storefront.store import open_store
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_gateway.client import Gateway
from storefront.webhooks.handlers import Handlers


def assemble(config: Config) -> Services:
    """The services of one process. Opens no connection yet, so a server may fork afterwards."""
    store = open_store(config.database_url)
    services = Services(
        config=config,
        store=store,
        gateway=Gateway(config, store),
        outcomes=Outcomes(),
        handlers=Handlers(),
    )
    _register_outcomes(services)
    _register_events(services)
    _register_jobs(services)
    return services


def _register_outcomes(services: Services) -> None:
    """What happens when Stripe has answered a call that moves money."""


def _register_events(services: Services) -> None:
    """Who folds which event."""


def _register_jobs(services: Services) -> None:
    """What the worker does again and again."""
