"""`fetch` and `export`, as an operator types them."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from storefront.config import Config
from tests.cast import Cast, Shop
from tests.stored_data.conftest import at_stripe, lived
from tests.support.stripe import Stripe

ROOT = Path(__file__).parents[2]
Ids = Callable[[str, str], list[str]]


@pytest.fixture
def command(config: Config) -> list[str]:
    """Runs `python -m storefront` with the settings of this test."""
    settings = {
        "SECRET_KEY": config.secret_key,
        "DATABASE_URL": config.database_url,
        "STRIPE_SECRET_KEY": config.stripe_secret_key,
        "STRIPE_CLIENT_ID": config.stripe_client_id,
        "STRIPE_WEBHOOK_SECRET": config.stripe_webhook_secrets[0],
        "STRIPE_CONNECT_WEBHOOK_SECRET": config.stripe_connect_webhook_secrets[0],
        "STRIPE_API_BASE": config.stripe_api_base,
        "LOG_LEVEL": "WARNING",
        "PATH": os.environ["PATH"],
    }
    words = [f"{name}={value}" for name, value in settings.items()]
    return ["env", "-i", *words, sys.executable, "-m", "storefront"]


def run(command: list[str], *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [*command, *words], cwd=ROOT, text=True, timeout=120, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode, done.stdout


def test_a_killed_fetch_is_continued_and_exported(
    cast: Cast, shop: Shop, sandbox: Stripe, command: list[str], ids: Ids, tmp_path: Path
) -> None:
    lived(cast, shop, sandbox)
    slow = ["env", "FETCH_PER_SECOND=1"]
    words = [*command[:-3], *slow, *command[-3:], "fetch", "--seller", "alices-shop"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "looked at" in process.stderr.readline()
        process.kill()
    status, text = run(command, "fetch")
    assert (status, "1 accounts, " in text) == (0, True), text
    for kind in ("payment_intents", "charges", "customers", "payouts"):
        assert ids(shop.account, kind) == at_stripe(sandbox, shop.account, kind)
    book = tmp_path / "book.db"
    assert run(command, "export", str(book))[0] == 0
    opened = sqlite3.connect(book)
    sales = opened.execute(
        "SELECT DISTINCT order_number FROM payouts_with_sales WHERE order_number IS NOT NULL"
        " ORDER BY order_number"
    ).fetchall()
    (customers,) = opened.execute("SELECT COUNT(*) FROM customers").fetchone()
    (amount, parts) = opened.execute(
        "SELECT payout_amount, SUM(net) FROM payouts_with_sales WHERE balance_transaction IS NOT"
        " NULL AND type <> 'payout'"
    ).fetchone()
    opened.close()
    assert sales == [(1001,), (1002,)]
    assert customers == 3
    assert amount + 100 == parts  # a hundred were paid out by hand before


@pytest.mark.one_database
def test_what_cannot_be_fetched_is_said(
    cast: Cast, shop: Shop, sandbox: Stripe, command: list[str]
) -> None:
    cast.shop("Dora", ready=False)
    for seller, said in (("doras-shop", "Dora's shop is not connected"), ("nobody", "No shop")):
        status, text = run(command, "fetch", "--seller", seller)
        assert (status, said in text, "Traceback" in text) == (1, True, False), text
    sandbox.control(f"accounts/{shop.account}/disconnect")
    status, text = run(command, "fetch", "--kind", "charges", "--since", "2026-01-01")
    assert status == 1
    assert "Charges: 0 looked at. Stripe gives no access to this account any more" in text
