"""A form as it was filled in."""

from dataclasses import dataclass, field


@dataclass
class Entry:
    """What was entered, and what is wrong with it."""

    values: dict[str, str]
    problems: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A field without surrounding space."""
        return self.values.get(name, "").strip()
