"""How much a proof repeats: what fits continuous integration, or everything with `make proof`."""

import os

WHOLE = os.environ.get("PROOF") == "whole"


def scaled(part: int, whole: int) -> int:
    """A number of repetitions: `part` in a test run, `whole` in `make proof`."""
    return whole if WHOLE else part
