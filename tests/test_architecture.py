"""Rules about the code itself that neither types nor the import linter can say."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from storefront.export import columns
from storefront.store import open_store

ROOT = Path(__file__).parents[1]
PRODUCT = sorted((ROOT / "storefront").rglob("*.py"))
PROGRAMS = sorted(
    path
    for folder in ("storefront", "stripe_sandbox", "demo", "bench", "tests")
    for path in (ROOT / folder).rglob("*.py")
)
MAXIMUM_LINES = 400

DRIVERS = {"sqlite3", "sqlite_utils", "psycopg", "psycopg_pool"}
WITHOUT_FLASK = {"service", "repository", "money", "fees", "store", "stripe_gateway", "worker"}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\w+\s+SET)\b", re.S)
MONEY = ("money", "fees", "ledger", "refunds", "orders")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> set[str]:
    """The packages that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def texts(path: Path) -> Iterator[str]:
    """The string constants of a module that are no docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree(path))
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def parts(path: Path) -> set[str]:
    """The names of a module's folders and its own."""
    return {*path.relative_to(ROOT / "storefront").parts[:-1], path.stem}


@pytest.mark.parametrize("path", PROGRAMS, ids=name)
def test_a_module_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAXIMUM_LINES


def test_only_the_gateway_imports_stripe() -> None:
    assert {name(path) for path in PRODUCT if "stripe" in imports(path)} <= {
        name(path) for path in PRODUCT if "stripe_gateway" in parts(path)
    }


def test_only_stripe_calls_sends_what_moves_money() -> None:
    """docs/adr/0002: a call is a row before it is a request."""
    senders = {
        name(path)
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("gateway.send")
    }
    assert senders == {"storefront/stripe_calls/service.py"}


def test_only_the_store_knows_which_database_it_is() -> None:
    found = {name(path) for path in PRODUCT if imports(path) & DRIVERS}
    exporting = {"storefront/export/book.py", "storefront/export/schema.py"}  # they write a file
    reading = {"storefront/tables.py", "storefront/listing_imports/reading.py"}  # rows of a file
    assert found - exporting - reading == {
        "storefront/store/postgresql.py",
        "storefront/store/sqlite.py",
    }


def test_rules_and_sql_know_nothing_of_http() -> None:
    found = [
        name(path)
        for path in PRODUCT
        if parts(path) & WITHOUT_FLASK and imports(path) & {"flask", "flask_login", "werkzeug"}
    ]
    assert not found


def test_only_the_config_reads_the_environment() -> None:
    found = {
        name(path)
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert found == {"storefront/config.py"}


def test_sql_stands_in_repositories_and_the_store() -> None:
    found = [
        name(path)
        for path in PRODUCT
        if not any(part in {"repository", "store"} for part in parts(path))
        and name(path) != "storefront/worker.py"  # its heartbeat
        and any(SQL.search(text) for text in texts(path))
    ]
    assert not found


def test_a_feature_reads_and_writes_through_its_own_repository() -> None:
    found = [
        f"{name(path)}: {node.module}"
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom)
        and (match := re.fullmatch(r"storefront\.(\w+)(\.repository[.\w]*)?", node.module or ""))
        and (match[2] or "repository" in {alias.name for alias in node.names})
        and match[1] not in parts(path)
    ]
    assert not found


def test_the_product_has_no_way_to_know_a_sandbox() -> None:
    directive = "default-src 'none'; sandbox"  # what a browser calls a sandbox is another thing
    found = [
        name(path)
        for path in [*PRODUCT, *(ROOT / "templates").rglob("*.html")]
        if "sandbox" in path.read_text(encoding="utf-8").lower().replace(directive, "")
    ]
    assert not found


@pytest.mark.parametrize("path", [path for path in PRODUCT if parts(path) & set(MONEY)], ids=name)
def test_where_money_is_nothing_is_a_float(path: Path) -> None:
    for node in ast.walk(tree(path)):
        assert not (isinstance(node, ast.Constant) and type(node.value) is float), node.lineno
        assert not (isinstance(node, ast.Name) and node.id in {"float", "round"}), node.lineno
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)), node.lineno


def test_every_table_is_exported_or_kept_here_on_purpose(sqlite_template: Path) -> None:
    """Say it in storefront/export/columns.py, column by column: secrets never leave."""
    store = open_store(f"sqlite:///{sqlite_template}")
    with store.read() as tx:
        rows = tx.all(
            "SELECT t.name AS name, c.name AS column_name FROM sqlite_master t,"
            " pragma_table_info(t.name) c WHERE t.type = 'table'"
            " AND t.name NOT LIKE 'sqlite_%' AND t.name NOT LIKE '%_search%'"
        )
    store.close()
    there: dict[str, set[str]] = {}
    for row in rows:
        there.setdefault(row["name"], set()).add(row["column_name"])
    said = {
        table: {*names.split(), *columns.WITHHELD.get(table, "").split()}
        for table, names in columns.TABLES.items()
    }
    assert {table: names for table, names in there.items() if table not in columns.LEFT_OUT} == said
    assert columns.LEFT_OUT.keys() <= there.keys()


def test_nothing_marks_its_own_html_as_safe() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        assert not re.search(r"\|\s*safe\b|autoescape false", path.read_text(encoding="utf-8"))


def test_nobody_silences_a_check_without_a_reason() -> None:
    silenced = re.compile(r"#\s*(?:noqa|type:\s*ignore)(?P<code>\S*)(?P<reason>.*)")
    found = [
        f"{name(path)}: {match[0]}"
        for path in PROGRAMS
        for match in silenced.finditer(path.read_text(encoding="utf-8"))
        if path != Path(__file__)
        and not (match["code"].strip(":[]") or re.match(r"\s*[A-Z]+\d+", match["reason"]))
    ]
    assert not found
