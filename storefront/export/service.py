"""Everything that the marketplace knows of its money, in files that other programs read.

One read transaction is one state of the database, however long it takes and whoever goes on
selling. What is written gets its name when it is complete.
"""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from storefront import clock
from storefront.errors import Refused
from storefront.export import book, files, schema
from storefront.store import Store, Tx

SQLITE = "sqlite"
FORMATS = (SQLITE, *files.FORMATS)

_Write = Callable[[Tx, Path, list[schema.Shape]], dict[str, int]]


def write(store: Store, target: Path, format_: str = SQLITE, *, force: bool = False) -> int:
    """Export into a file, or a folder of files; how many rows. Raises Refused.

    `force` replaces what is there, unless it is something else than an earlier export.
    """
    _check(target, format_, force=force)
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as place:
        new = Path(place) / "new"
        shapes = schema.shapes(Path(place))
        with store.read() as tx:
            counts = _writer(store, format_)(tx, new, shapes)
        if target.is_dir():
            target.rename(Path(place) / "old")
        new.replace(target)
    return sum(counts.values())


def _writer(store: Store, format_: str) -> _Write:
    if format_ == SQLITE:
        about = {"exported_at": clock.timestamp(), "exported_from": store.dialect}
        return lambda tx, new, shapes: book.write(tx, new, shapes, about)
    return lambda tx, new, shapes: files.write(tx, new, shapes, format_)


def _check(target: Path, format_: str, *, force: bool) -> None:
    if not target.exists() and not target.is_symlink():
        return
    if not force:
        raise Refused(f"{target} exists already. Choose another name, or add --force.")
    if not _is_export(target, format_):
        raise Refused(f"{target} is not an earlier {format_} export. Choose another name.")


def _is_export(target: Path, format_: str) -> bool:
    if format_ == SQLITE:
        return target.is_file() and book.is_book(target)
    return target.is_dir() and all(path.suffix == f".{format_}" for path in target.iterdir())
