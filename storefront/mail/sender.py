"""Where messages go: to an SMTP server, or into a folder as long as none is configured."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from storefront.config import Config
from storefront.mail.repository import Mail

TIMEOUT = 20
"""Seconds that a mail server may take for each answer."""

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}


def deliver(config: Config, message: EmailMessage, mail: Mail) -> None:
    """Hand a message over. Raises OSError or smtplib.SMTPException."""
    if config.mail_url:
        with _connected(urlsplit(config.mail_url)) as server:
            server.send_message(message)
    else:
        _save(config.mail_folder, f"{mail.id}-{mail.kind}.eml", message)


@contextmanager
def _connected(url: SplitResult) -> Iterator[smtplib.SMTP]:
    host, port = url.hostname or "localhost", url.port or _PORTS[url.scheme]
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    with server:
        if url.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        yield server


def _save(folder: Path, name: str, message: EmailMessage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{name}"
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(message.as_bytes(policy=SMTP))
    unfinished.replace(folder / name)
