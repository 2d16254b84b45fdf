"""Mails are rows first: written in the transaction that causes them, sent by the worker.

A mail is named by its kind and its subject, so that whatever happens twice is told once.
It is delivered at least once: after a crash between sending and noting it, a second copy
carries the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Callable, Mapping
from typing import Any

from storefront.clock import in_future
from storefront.current import Services
from storefront.mail import message, repository, sender
from storefront.mail.repository import Mail
from storefront.store import Store, Tx

__all__ = ["Loader", "Mail", "enqueue", "overtake", "overtake_about", "send_due"]

Loader = Callable[[Tx, Mail], Mapping[str, Any]]
"""Adds what a template needs from the database. May name the `recipient`."""

BATCH = 20
LEASE_SECONDS = 300
TRIES = 10
"""With the waits between them the last try comes about a day after the first."""

log = logging.getLogger(__name__)


def enqueue(
    tx: Tx,
    kind: str,
    subject_id: str,
    recipient: str = "",
    context: Mapping[str, Any] | None = None,
    order_id: str | None = None,
) -> bool:
    """Have a mail sent, once for each kind and subject; whether it is new.

    `context` holds JSON only.
    """
    return repository.insert(tx, kind, subject_id, recipient, context or {}, order_id)


def overtake(tx: Tx, kind: str, subject_id: str) -> None:
    """Do not send a mail any more if it has not gone yet."""
    repository.overtake(tx, kind, subject_id)


def overtake_about(tx: Tx, kind: str, about: str) -> bool:
    """The same for mails whose subject is `about` and more; whether one had not gone yet."""
    return repository.overtake_about(tx, kind, about)


def send_due(services: Services, load: Loader | None = None) -> int:
    """Send what is due; how many mails went. Called by the worker."""
    with services.store.transaction() as tx:
        claimed = repository.claim_due(tx, BATCH, LEASE_SECONDS)
    return sum(_send(services, mail, load) for mail in claimed)


def _send(services: Services, mail: Mail, load: Loader | None) -> int:
    try:
        facts = _facts(services.store, mail, load)
        sender.deliver(services.config, message.compose(services.config, mail, facts), mail)
    except Exception as error:  # whatever is wrong with one mail must not stop the others
        _note_failure(services.store, mail, error)
        return 0
    with services.store.transaction() as tx:
        repository.mark_sent(tx, mail.id)
    log.info("mail.sent", extra={"kind": mail.kind, "mail_id": mail.id})
    return 1


def _facts(store: Store, mail: Mail, load: Loader | None) -> Mapping[str, Any]:
    if load is None:
        return mail.context
    with store.read() as tx:
        return {**mail.context, **load(tx, mail)}


def _note_failure(store: Store, mail: Mail, error: Exception) -> None:
    final = mail.attempts >= TRIES or _is_final(error)
    log.error("mail.failed", exc_info=error, extra={"mail_id": mail.id, "final": final})
    again = None if final else in_future(minutes=2**mail.attempts)
    with store.transaction() as tx:
        repository.mark_failed(tx, mail.id, f"{type(error).__name__}: {error}", again)


def _is_final(error: Exception) -> bool:
    """Whether the server said that this mail will never be accepted."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, message.Unsendable)
