"""A real browser for journeys: the system's Chromium, driven by Playwright."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

HOW_TO_GET_IT = "Chromium is not installed: apt-get install chromium (or put chrome on PATH)"

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def executable() -> str | None:
    """The path of an installed browser, or None."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def running() -> Iterator[Browser]:
    """Start the browser, close it at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=list(_SWITCHES))
        try:
            yield browser
        finally:
            browser.close()
