"""Compiled templates, kept for the run: each test has an application of its own, and compiling
its pages would take more time than everything else.
"""

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class CompiledOnce(BytecodeCache):
    """Keeps what Jinja compiled in memory. A template that changes is compiled anew."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja asks for a template."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Jinja has compiled a template."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledOnce()
