"""Tables as files for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response


def download(name: str, rows: Iterable[Sequence[str | int]]) -> Response:
    """A CSV file of some rows, the headings first."""
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(written.getvalue(), mimetype="text/csv", headers=headers)


def harmless(text: str) -> str:
    """A spreadsheet must not take a shop's name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
