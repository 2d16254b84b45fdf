"""Templates on their own: they can be read, and what they name exists."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1] / "templates"
PAGES = sorted(ROOT.rglob("*.html"))

pytestmark = pytest.mark.one_database


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_what_a_page_names_exists(app: Flask, path: Path) -> None:
    tree = app.jinja_env.parse(path.read_text(encoding="utf-8"))
    missing = [
        *(f"endpoint {each}" for each in _endpoints(tree) if not _is_known(app, each)),
        *(f"filter {word}" for word in _filters(tree) - set(app.jinja_env.filters)),
        *(f"template {other}" for other in _templates(tree) if not (ROOT / other).is_file()),
        *_macros(app.jinja_env, tree),
        *_icons(app, tree),
    ]
    assert not missing


def _endpoints(tree: nodes.Template) -> set[str]:
    return set(_first_words(tree, "url_for"))


def _is_known(app: Flask, endpoint: str) -> bool:
    """A macro for several blueprints begins with a dot and means the one of the page."""
    if endpoint.startswith("."):
        return any(known.endswith(endpoint) for known in app.view_functions)
    return endpoint in app.view_functions


def _filters(tree: nodes.Template) -> set[str]:
    return {found.name for found in tree.find_all(nodes.Filter)}


def _templates(tree: nodes.Template) -> Iterator[str]:
    kinds = (nodes.Extends, nodes.Include, nodes.FromImport, nodes.Import)
    for found in tree.find_all(kinds):
        if isinstance(found.template, nodes.Const):
            yield found.template.value


def _macros(environment: Environment, tree: nodes.Template) -> Iterator[str]:
    for found in tree.find_all(nodes.FromImport):
        source = (ROOT / found.template.as_const()).read_text(encoding="utf-8")
        body = environment.parse(source).body
        defined = {node.name for node in body if isinstance(node, nodes.Macro)}
        defined |= {
            node.target.name
            for node in body
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name)
        }
        wanted = {each[0] if isinstance(each, tuple) else each for each in found.names}
        yield from (f"macro {each}" for each in wanted - defined)


def _icons(app: Flask, tree: nodes.Template) -> Iterator[str]:
    for word in _first_words(tree, "icon"):
        try:
            app.jinja_env.globals["icon"](word)
        except Exception:  # the package raises an exception of its own
            yield f"icon {word}"


def _first_words(tree: nodes.Template, function: str) -> Iterator[str]:
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == function and call.args:
            first = call.args[0]
            if isinstance(first, nodes.Const):
                yield first.value
