"""Addresses, compiled once for the run: each test has an application of its own, and Werkzeug
writes and compiles two functions for each of its two hundred addresses.
"""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]

_compiled: dict[tuple[Any, ...], _Builder] = {}


class CompiledOnce(Rule):
    """A rule whose functions are shared with every equal rule; they read all else from `self`."""

    def _compile_builder(self, append_unknown: bool = True) -> _Builder:
        key = (tuple(self._trace), tuple((self.defaults or {}).items()), append_unknown)
        if key not in _compiled:
            _compiled[key] = super()._compile_builder(append_unknown)
        return _compiled[key]
