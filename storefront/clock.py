"""The one clock. Everything that needs the time asks here, so that tests can move it."""

from datetime import UTC, datetime, timedelta

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def now() -> datetime:
    """The current time in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def timestamp(moment: datetime | None = None) -> str:
    """ISO 8601 UTC text of fixed width, so that text order is time order."""
    return (moment or now()).astimezone(UTC).strftime(_FORMAT)


def parse(text: str) -> datetime:
    """The moment that `timestamp` wrote."""
    return datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)


def from_unix(seconds: int) -> str:
    """The timestamp of a Unix time."""
    return timestamp(datetime.fromtimestamp(seconds, UTC))


def in_future(**delta: float) -> str:
    """The timestamp of a moment ahead: `in_future(minutes=10)`."""
    return timestamp(now() + timedelta(**delta))


def ago(**delta: float) -> str:
    """The timestamp of a moment in the past: `ago(hours=23)`."""
    return timestamp(now() - timedelta(**delta))


def display_time(text: str) -> str:
    """A moment for people: `21 Nov 2026, 21:24 UTC`."""
    return f"{display_day(text)}, {parse(text):%H:%M} UTC"


def display_day(text: str) -> str:
    """A day for people: `21 Nov 2026`."""
    moment = parse(text)
    return f"{moment.day} {moment:%b %Y}"
