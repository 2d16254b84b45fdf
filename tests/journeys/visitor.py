"""A person at a browser, in the words of what people do there.

Texts are what the pages say; nobody looks for CSS classes. Nothing sleeps: `sees` waits until
the words are there.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    FilePayload,
    Locator,
    Page,
    Request,
    Response,
    WebError,
    expect,
)

PATIENCE = 20_000
"""Milliseconds that anything may take; an order page looks for news every 2 to 5 seconds."""

expect.set_options(timeout=PATIENCE)

_REPORT_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} refused ${event.blockedURI || "inline"}`))"""

_KNOWN = re.compile(
    r"Failed to load resource|Response Status Error Code|htmx:(afterRequest|sendAbort) ?$"
)
"""Chromium and htmx report every answer from 400 on; those are counted by themselves. htmx also
reports requests that it gave up because a newer one took their place.
"""


@dataclass
class Watch:
    """Everything that went wrong behind a visitor's back."""

    problems: list[str] = field(default_factory=list)
    expected_answers: set[int] = field(default_factory=set)

    def over(self, context: BrowserContext) -> None:
        """Listen to a browser's pages, those that it opens later included."""
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _KNOWN.match(message.text):
            self.problems.append(f"console: {message.text} ({message.location['url']})")

    def _error(self, error: WebError) -> None:
        self.problems.append(f"script: {error.error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme != "data" and address.hostname != "127.0.0.1":
            self.problems.append(f"loads {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected_answers:
            problem = f"{response.status} for {response.request.method} {response.url}"
            self.problems.append(problem)


class Visitor:
    """Somebody with a browser of their own. Counts what they have to do."""

    def __init__(
        self, context: BrowserContext, home: str, watch: Watch, *, has_scripts: bool = True
    ) -> None:
        self.context = context
        self.has_scripts = has_scripts
        self.home = home
        self.watch = watch
        self.page: Page = context.new_page()
        self.clicks = 0
        self.fields = 0

    # Getting around ---------------------------------------------------------------------

    def opens(self, path: str) -> None:
        """Type an address of ours, or a whole one."""
        self.page.goto(path if path.startswith("http") else self.home + path)

    def goes_back_in_place(self) -> None:
        """Press the back button where only the address changed; htmx then loads the page anew."""
        self.page.evaluate("history.back()")

    def follows(self, name: str) -> None:
        """Click the first link with this name."""
        self._click(self.page.get_by_role("link", name=name, exact=True).first)

    def presses(self, name: str, *, within: str = "") -> None:
        """Click the button with this name; `within` names a part of the page."""
        area: Page | Locator = self.part(within) if within else self.page
        self._click(area.get_by_role("button", name=name, exact=True).first)

    def presses_with_value(self, value: str) -> None:
        """Click the button that sends this, whatever amount stands on it."""
        self._click(self.page.locator(f"button[value={value}]"))

    def opens_up(self, summary: str) -> None:
        """Unfold what stands below a summary."""
        self._click(self.page.locator("summary").filter(has_text=summary))

    def _click(self, locator: Locator) -> None:
        self.clicks += 1
        locator.click(timeout=PATIENCE)

    # Filling in -------------------------------------------------------------------------

    def types(self, label: str, text: str) -> None:
        """Fill in the field with this label."""
        self.fields += 1
        self._field(label).fill(text, timeout=PATIENCE)

    def selects(self, label: str, option: str) -> None:
        """Choose from the list with this label."""
        self.fields += 1
        self._field(label).select_option(label=option, timeout=PATIENCE)

    def ticks(self, label: str) -> None:
        """Tick a box or choose an option."""
        self.clicks += 1
        self.page.get_by_label(label).check(timeout=PATIENCE)

    def unticks(self, label: str) -> None:
        """Take a tick away."""
        self.clicks += 1
        self.page.get_by_label(label).uncheck(timeout=PATIENCE)

    def attaches(self, label: str, file: FilePayload | Path) -> None:
        """Choose a file."""
        self.fields += 1
        self._field(label).set_input_files(file, timeout=PATIENCE)

    def _field(self, label: str) -> Locator:
        return self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}(\s+optional)?\s*$"))

    def asked_for(self, label: str) -> bool:
        """Whether the page has this field."""
        return self._field(label).count() > 0

    # Looking ----------------------------------------------------------------------------

    def part(self, name: str) -> Locator:
        """A region, form or list by its accessible name."""
        return self.page.get_by_label(name, exact=True)

    def sees(self, words: str) -> None:
        """Wait until the page shows these words somewhere."""
        expect(self.page.get_by_text(words).filter(visible=True).first).to_be_visible()

    def sees_heading(self, words: str) -> None:
        """Wait for the page whose main heading this is."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    def does_not_see(self, words: str) -> None:
        """Make sure that the page, as it is now, does not show these words."""
        expect(self.page.get_by_text(words).filter(visible=True)).to_have_count(0)

    def arrives_at(self, path: str) -> None:
        """Wait for the address, whatever its query says."""
        self.page.wait_for_url(re.compile(re.escape(path) + r"(\?.*)?$"), timeout=PATIENCE)

    @property
    def address(self) -> str:
        """Where the browser is."""
        return self.page.url
