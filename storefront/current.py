"""What a request works with: the services of the running application."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flask import Flask, current_app

from storefront.config import Config
from storefront.store import Store

if TYPE_CHECKING:
    from storefront.orders.settlement import Settlement
    from storefront.stripe_calls.outcomes import Outcomes
    from storefront.stripe_gateway.client import Gateway
    from storefront.stripe_objects.events import Handlers
    from storefront.stripe_subscriptions.registry import Subscriptions
    from storefront.worker import Job


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that the web pages and the worker share."""

    config: Config
    store: Store
    gateway: "Gateway"
    outcomes: "Outcomes"
    handlers: "Handlers"
    settlement: "Settlement"
    subscriptions: "Subscriptions"
    jobs: "list[Job]" = field(default_factory=list)


def attach(app: Flask, services: Services) -> None:
    """Make the services available to the application's requests."""
    app.extensions["storefront"] = services


def services() -> Services:
    """The services of the application that handles this request."""
    found: Services = current_app.extensions["storefront"]
    return found


def config() -> Config:
    """The settings."""
    return services().config


def store() -> Store:
    """The database."""
    return services().store


def gateway() -> "Gateway":
    """The door to Stripe."""
    return services().gateway
