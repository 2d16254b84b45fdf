"""Tries are counted in the database, so that all processes count together."""

import ipaddress
from datetime import timedelta

from storefront.clock import ago, now, timestamp
from storefront.current import Services
from storefront.errors import TooMany
from storefront.ids import digest
from storefront.security import repository
from storefront.store import Store

_KEPT_DAYS = 2


def limit(store: Store, bucket: str, hits: int, seconds: int) -> None:
    """Count a try. Raises TooMany from try number `hits + 1` of a window of `seconds` on."""
    moment = now()
    left = seconds - int(moment.timestamp()) % seconds
    start = moment - timedelta(seconds=seconds - left, microseconds=moment.microsecond)
    with store.transaction() as tx:
        count = repository.count_hit(tx, f"{bucket}:{seconds}", timestamp(start))
    if count > hits:
        raise TooMany(f"Too many tries. Please wait {_words(left)} and try again.", left)


def forget(store: Store, bucket: str, *seconds: int) -> None:
    """Forget the tries of a bucket, in each of these windows."""
    with store.transaction() as tx:
        for window in seconds:
            repository.forget_bucket(tx, f"{bucket}:{window}")


def private(text: str) -> str:
    """A bucket's part that must not be readable in the database: an address, an e-mail."""
    return digest(text)[:32]


def network(address: str | None) -> str:
    """The part of an address that one visitor cannot change at will: IPv6 by its /64."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def clean_up(services: Services) -> int:
    """Delete the counters of windows long past; how many."""
    with services.store.transaction() as tx:
        return repository.delete_old_windows(tx, ago(days=_KEPT_DAYS))


def _words(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} seconds"
    minutes = -(-seconds // 60)
    return f"{minutes} minutes" if minutes < 90 else f"{-(-minutes // 60)} hours"
