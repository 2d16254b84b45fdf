"""What every HTML page must be, checked on each page that any test loads."""

import re
from functools import cached_property, lru_cache
from xml.etree.ElementTree import Element

import html5lib
from html5lib.html5parser import ParseError
from werkzeug.test import TestResponse

_UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
_CONTROLS = ("input", "select", "textarea")


class BadPage(AssertionError):
    """A page that breaks one of the rules below."""


class Page:
    """A parsed page or fragment, with the questions that tests ask."""

    def __init__(self, html: str, *, strict: bool = True) -> None:
        self.html = html
        self.is_document = "<!doctype" in html[:200].lower()
        self.root = _parsed(html if self.is_document else _wrapped(html), strict)

    @cached_property
    def text(self) -> str:
        """All words of the page, with single spaces."""
        return _words(self.root)

    @cached_property
    def title(self) -> str:
        """The words of the title."""
        found = self.root.find(".//title")
        return _words(found) if found is not None else ""

    @cached_property
    def h1(self) -> str:
        """The words of the only main heading."""
        found = self.root.find(".//h1")
        return _words(found) if found is not None else ""

    def all(self, tag: str, **attributes: str) -> list[Element]:
        """Elements with these attributes; `class_` and `for_` stand for class and for."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.root.iter(tag)
            if all(_has(element, name, value) for name, value in wanted.items())
        ]

    def one(self, tag: str, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} elements like <{tag} {attributes}>"
        return found[0]

    def words(self, tag: str, **attributes: str) -> str:
        """The words of the only such element."""
        return _words(self.one(tag, **attributes))

    def links(self) -> dict[str, str]:
        """Where the links lead, by their words."""
        return {_words(link): link.get("href", "") for link in self.root.iter("a")}

    def form(self, action: str) -> dict[str, str]:
        """What the form with this action would send if nothing were changed."""
        return fields_of(self.one("form", action=action))


def fields_of(form: Element) -> dict[str, str]:
    """The values of a form as a browser would send them."""
    values: dict[str, str] = {}
    for element in form.iter():
        name = element.get("name")
        if not name or "disabled" in element.attrib:
            continue
        if element.tag == "textarea":
            values[name] = (element.text or "").removeprefix("\n")
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [option for option in options if "selected" in option.attrib] or options[:1]
            if chosen:
                values[name] = chosen[0].get("value", _words(chosen[0]))
        elif element.tag == "input" and _is_sent(element):
            values[name] = element.get("value", "on")
    return values


def lint(response: TestResponse) -> None:
    """Raise BadPage if an HTML answer is not what every page of ours must be."""
    if response.mimetype != "text/html" or 300 <= response.status_code < 400:
        return
    html = response.get_data(as_text=True)
    if not html:
        return
    page = Page(html)
    problems = [*_document_problems(page), *_element_problems(page)]
    if problems:
        raise BadPage(f"{response.request.path}: " + "; ".join(problems))


def _document_problems(page: Page) -> list[str]:
    if not page.is_document:
        return []
    problems = []
    if len(page.all("h1")) != 1:
        problems.append(f"{len(page.all('h1'))} h1 elements instead of one")
    if not page.title.strip(" ·"):
        problems.append("no title")
    if len(page.all("main")) != 1:
        problems.append("not exactly one main element")
    if not page.root.get("lang"):
        problems.append("no language")
    return problems


def _element_problems(page: Page) -> list[str]:
    problems = []
    ids = [element.get("id", "") for element in page.root.iter() if "id" in element.attrib]
    problems += [f"id {name!r} {ids.count(name)} times" for name in set(ids) if ids.count(name) > 1]
    labels = {label.get("for") for label in page.root.iter("label")}
    labelled = {child for label in page.root.iter("label") for child in label.iter()}
    for element in page.root.iter():
        if element.tag in _CONTROLS and element not in labelled:
            problems += _label_problems(element, labels)
        problems += _inline_problems(element)
        problems += _form_problems(element) if element.tag == "form" else []
        if element.tag == "img" and "alt" not in element.attrib:
            problems.append(f"img {element.get('src')} without alt")
    return problems


def _label_problems(element: Element, labels: set[str | None]) -> list[str]:
    if element.tag == "input" and element.get("type") in _UNLABELLED:
        return []
    named = element.get("aria-label") or element.get("aria-labelledby")
    if named or (element.get("id") and element.get("id") in labels):
        return []
    return [f"{element.tag} {element.get('name')!r} without a label"]


def _inline_problems(element: Element) -> list[str]:
    if not isinstance(element.tag, str):
        return []
    problems = [
        f"attribute {name} on {element.tag}"
        for name in element.attrib
        if name == "style" or re.fullmatch(r"on[a-z]+|hx-on.*", name)
    ]
    if element.tag == "style" or (element.tag == "script" and not element.get("src")):
        problems.append(f"inline {element.tag}")
    address = element.get("src") or (element.get("href") if element.tag == "link" else None)
    if address and not re.match(r"/(?!/)", address):
        problems.append(f"{element.tag} loads {address}")
    if (element.get("href") or "").startswith("javascript:"):
        problems.append("a javascript: link")
    return problems


def _form_problems(form: Element) -> list[str]:
    problems = [f"form without {name}" for name in ("method", "action") if not form.get(name)]
    names = {field.get("name") for field in form.iter("input")}
    if (form.get("method") or "").lower() == "post" and "csrf_token" not in names:
        problems.append(f"form {form.get('action')} without csrf_field()")
    return problems


@lru_cache(maxsize=8)  # what was checked a moment ago is what a test asks about now
def _parsed(html: str, strict: bool) -> Element:
    parser = html5lib.HTMLParser(strict=strict, namespaceHTMLElements=False)
    try:
        root: Element = parser.parse(html)
    except ParseError as error:
        (line, column), code, _ = parser.errors[-1]
        raise BadPage(f"not HTML: {code} in line {line}, column {column}") from error
    return root


def _wrapped(html: str) -> str:
    start = "<!doctype html><html lang=en><title>fragment</title><body>"
    if html.lstrip().startswith("<tr"):
        html = f"<table>{html}</table>"
    return f"{start}{html}</body></html>"


def _is_sent(element: Element) -> bool:
    kind = element.get("type", "text")
    if kind in {"checkbox", "radio"}:
        return "checked" in element.attrib
    return kind not in {"submit", "button", "reset", "image", "file"}


def _has(element: Element, name: str, value: str) -> bool:
    if name == "class":
        return value in element.get("class", "").split()
    return element.get(name) == value


def _words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())
