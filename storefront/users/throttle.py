"""How often one may try. The windows grow, so that the waiting does.

A stranger who guesses at somebody's password locks himself out: the strict limit is on the
pair of account and network. The limit on the account alone is wide, and a reset lifts it.
"""

from storefront.security import rate_limit
from storefront.store import Store

MINUTE, HOUR, DAY = 60, 3600, 86400

_PAIR = {MINUTE: 5, 15 * MINUTE: 10, DAY: 30}
_NETWORK = {MINUTE: 20, HOUR: 150}
_ACCOUNT = {HOUR: 60, DAY: 300}
_MAILS_TO_ONE = {HOUR: 4, DAY: 10}
_MAILS_FROM_ONE = {HOUR: 20}


def before_sign_in(store: Store, email: str, address: str | None) -> None:
    """Count a try to sign in. Raises TooMany."""
    network = rate_limit.network(address)
    _count(store, _bucket("sign-in-network", network), _NETWORK)
    _count(store, _bucket("sign-in-pair", email, network), _PAIR)
    _count(store, _bucket("sign-in-account", email), _ACCOUNT)


def after_sign_in(store: Store, email: str, address: str | None) -> None:
    """Forget the wrong tries of the one who then knew the password."""
    pair = _bucket("sign-in-pair", email, rate_limit.network(address))
    rate_limit.forget(store, pair, *_PAIR)


def after_reset(store: Store, email: str) -> None:
    """Forget what strangers tried: the owner of the mailbox has just proved himself."""
    rate_limit.forget(store, _bucket("sign-in-account", email), *_ACCOUNT)


def before_mail(store: Store, email: str, address: str | None) -> None:
    """Count a message that a visitor makes us send to an address. Raises TooMany."""
    _count(store, _bucket("mail-from", rate_limit.network(address)), _MAILS_FROM_ONE)
    _count(store, _bucket("mail-to", email), _MAILS_TO_ONE)


def before_password(store: Store, user_id: str) -> None:
    """Count a try of somebody signed in to prove who he is. Raises TooMany."""
    _count(store, _bucket("password", user_id), _PAIR)


def _count(store: Store, bucket: str, windows: dict[int, int]) -> None:
    for seconds, hits in windows.items():
        rate_limit.limit(store, bucket, hits, seconds)


def _bucket(name: str, *parts: str) -> str:
    return f"{name}:{rate_limit.private(' '.join(parts))}"
