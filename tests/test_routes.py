"""The addresses of the product and who may use them, frozen in tests/routes.txt.

Removing or renaming one breaks links that people have: think of a redirect first. After a
change that is meant, run `python -m tests.test_routes`.
"""

from pathlib import Path

import pytest
from flask import Flask

from storefront import create_app
from storefront.config import Config
from storefront.security.policies import of_endpoint

FROZEN = Path(__file__).with_name("routes.txt")

pytestmark = pytest.mark.one_database


def routes(app: Flask) -> str:
    """One line for each method and address: policy and endpoint."""
    lines = {
        f"{method:5} {rule.rule:52} {of_endpoint(app, rule.endpoint) or '-':10} {rule.endpoint}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    return "\n".join(sorted(lines, key=lambda line: (line.split()[1], line))) + "\n"


def test_every_address_and_its_policy_are_as_written(app: Flask) -> None:
    assert routes(app) == FROZEN.read_text(encoding="utf-8")


def _any_config() -> Config:
    return Config(
        secret_key="x" * 32,
        public_url="http://127.0.0.1:8000",
        stripe_secret_key="sk_test_unused",
        stripe_client_id="ca_unused",
        stripe_webhook_secrets=("whsec_unused",),
        stripe_connect_webhook_secrets=("whsec_unused",),
    )


if __name__ == "__main__":
    FROZEN.write_text(routes(create_app(_any_config())), encoding="utf-8")
