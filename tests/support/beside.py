"""What another process does while this one has its transaction open."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

_SECONDS = 0.5

Begin = Callable[[Callable[[], Any]], None]


@contextmanager
def beside() -> Iterator[Begin]:
    """Gives what begins an act and lets it come as far as locks allow. All end with the block."""
    with ThreadPoolExecutor(1) as pool:
        begun = []

        def begin(act: Callable[[], Any]) -> None:
            begun.append(pool.submit(act))
            wait(begun, timeout=_SECONDS)

        yield begin
        for each in begun:
            each.result()
