"""Texts that a spreadsheet would run as formulas, made harmless so that the way back is exact.

https://owasp.org/www-community/attacks/CSV_Injection: a cell that begins with one of these
characters is a formula to Excel, LibreOffice and others. An apostrophe before it makes it a text.
Where a text begins with apostrophes and then such a character it gets one more, so taking one
away always gives what was there.
"""

import re
from typing import Final

_GUARDED: Final = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def guarded(text: str) -> str:
    """A text as a cell that no spreadsheet runs."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(cell: str) -> str:
    """The text behind a cell."""
    return cell[1:] if cell.startswith("'") and _GUARDED.match(cell) else cell
