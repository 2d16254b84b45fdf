"""The table of docs/REFUNDS.md: every way to refund a sale, and what it does to everybody.

It is read by test_matrix.py, which plays each row. After a change that is meant, run
`python -m tests.refunds.matrix`, which plays them all and writes the table anew.
"""

import os
import subprocess
import sys
from dataclasses import astuple, dataclass
from itertools import product
from pathlib import Path

from storefront.fees import APPLICATION_FEE, FEE_MODES
from storefront.refunds.preview import SHARES
from storefront.refunds.words import SHARES as SHARE_WORDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "REFUNDS.md"
START, END = "<!-- the table: python -m tests.refunds.matrix -->", "<!-- until here -->"
WRITING = os.environ.get("MATRIX") == "write"

PARTS = {"everything": 1000, "a part": 400, "the rest": 600}
"""What is refunded of 10.00. Before the rest, 4.00 were pulled back and their fee returned."""
BANKS = {
    "takes it": "4242424242424242",
    "takes a while": "4000000000007726",
    "sends it back": "4000000000005126",
}
"""What the shopper's bank does with the refund: Stripe's test cards."""
FEES = {APPLICATION_FEE: "Application Fee", "transfer_amount": "smaller transfer"}
_HEADINGS = (
    "Who pays", "Refunded", "Fee kept as", "Bank", "Seller has", "Dispute",
    "Result", "Shopper", "Seller", "Platform", "Owed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A way to refund: a choice of the refund page, and the circumstances."""

    share: str
    part: str
    fee_mode: str
    bank: str
    short: bool
    disputed: bool

    @property
    def key(self) -> tuple[str, ...]:
        """Its cells in the table."""
        return (
            SHARE_WORDS[self.share],
            self.part,
            FEES[self.fee_mode],
            self.bank,
            "nothing" if self.short else "enough",
            "open" if self.disputed else "none",
        )

    def __str__(self) -> str:
        return "-".join(str(part) for part in astuple(self))


ROWS = [
    Row(*row, disputed=False) for row in product(SHARES, PARTS, FEE_MODES, BANKS, (False, True))
] + [
    Row(share, part, mode, next(iter(BANKS)), short=False, disputed=True)
    for share, part, mode in product(SHARES, PARTS, FEE_MODES)
]


def read() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The table as it is written: circumstances, and what came of them."""
    text = DOCUMENT.read_text(encoding="utf-8")
    lines = text[text.index(START) : text.index(END)].splitlines()
    cells = [tuple(line.strip("| ").split(" | ")) for line in lines if line.startswith("|")][2:]
    return {row[:6]: row[6:] for row in cells}


def write(results: dict[tuple[str, ...], tuple[str, ...]]) -> None:
    """Put the table into the document."""
    rows = [_HEADINGS, ("---",) * 7 + ("---:",) * 4]
    rows += [(*row.key, *results[row.key]) for row in ROWS]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    text = DOCUMENT.read_text(encoding="utf-8")
    before, after = text[: text.index(START)], text[text.index(END) :]
    DOCUMENT.write_text(f"{before}{START}\n{table}\n{after}", encoding="utf-8")


if __name__ == "__main__":
    tests = str(Path(__file__).with_name("test_matrix.py"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", tests]
    written = subprocess.run(command, env=os.environ | {"MATRIX": "write"}, check=False)
    sys.exit(written.returncode)
