"""The shop answers to the name in PUBLIC_URL, and to nothing else."""

from dataclasses import replace

import pytest

from storefront import create_app
from storefront.current import Services
from tests.client import Browser

pytestmark = pytest.mark.one_database


def browser(services: Services, **changes: object) -> Browser:
    """A guest of the same shop with other settings."""
    config = replace(services.config, **changes)  # type: ignore[arg-type] # settings by name
    app = create_app(services=replace(services, config=config))
    app.test_client_class = Browser
    made = app.test_client()
    assert isinstance(made, Browser)
    return made


def test_its_own_name_is_answered(client: Browser) -> None:
    assert client.get("/sign-in").status_code == 200


@pytest.mark.parametrize("alias", ["localhost:1", "127.0.0.2", "[::1]:8000"])
def test_a_loopback_alias_leads_to_the_right_name(client: Browser, alias: str) -> None:
    answer = client.get("/sign-in?next=/orders", base_url=f"http://{alias}")
    assert answer.status_code == 302
    assert answer.location == f"{client.config.public_url}/sign-in?next=/orders"


def test_an_alias_cannot_be_posted_to(client: Browser) -> None:
    assert client.post("/sign-in", base_url="http://localhost:1").status_code == 400


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "a b", "x" * 300])
def test_any_other_host_is_refused(client: Browser, host: str) -> None:
    client.lints = False
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_may_use_any_name(client: Browser, path: str) -> None:
    assert client.get(path, base_url="http://10.1.2.3:8000").status_code in {200, 503}


@pytest.mark.parametrize("host", ["shop.example", "shop.example:443", "SHOP.example"])
def test_the_usual_port_may_be_left_out(services: Services, host: str) -> None:
    shop = browser(services, public_url="https://shop.example")
    assert shop.get("/sign-in", base_url=f"https://{host}").status_code == 200


def test_forwarded_names_are_believed_from_configured_proxies_only(services: Services) -> None:
    forwarded = {"X-Forwarded-Host": "shop.example", "X-Forwarded-Proto": "https"}
    behind = browser(services, public_url="https://shop.example", trusted_proxies=1)
    direct = browser(services, public_url="https://shop.example")
    inner = "http://10.1.2.3:8000"
    assert behind.get("/sign-in", base_url=inner, headers=forwarded).status_code == 200
    assert direct.get("/sign-in", base_url=inner, headers=forwarded).status_code == 400
