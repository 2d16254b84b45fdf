"""From a template and facts to a message: plain text, headers that nobody can inject into."""

import re
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from storefront import clock, money
from storefront.config import Config
from storefront.mail.repository import Mail

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"


_BLANK_LINES = re.compile(r"\n{3,}")


class Unsendable(Exception):
    """The message can never be sent as it is: its recipient is no address."""


class NoRecipient(Exception):
    """Nobody has told yet where the message goes."""


def compose(config: Config, mail: Mail, facts: Mapping[str, Any]) -> EmailMessage:
    """The message of a mail. The first line of its template is the subject.

    Raises NoRecipient, and Unsendable if the recipient is not exactly one address.
    """
    text = _render(config, mail.kind, facts)
    subject, _, body = text.partition("\n")
    message = EmailMessage()
    message["Subject"] = " ".join(subject.removeprefix("Subject:").split())
    message["From"] = _sender(config.mail_from)
    message["To"] = _recipient(facts.get("recipient") or mail.recipient)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{mail.id}@{urlsplit(config.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_BLANK_LINES.sub("\n\n", body.strip()) + "\n")
    return message


def _render(config: Config, kind: str, facts: Mapping[str, Any]) -> str:
    return (
        _environment()
        .get_template(f"{kind}.txt")
        .render(
            {
                **facts,
                "platform_name": config.platform_name,
                "link": lambda path: urljoin(config.public_url, path),
            }
        )
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - plain text, nothing to escape
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        money=money.display, datetime=clock.display_time, date=clock.display_day
    )
    return environment


def _recipient(text: str) -> Address:
    if not text:
        raise NoRecipient
    try:
        return Address(addr_spec=text)
    except Exception as error:  # the parser raises several kinds
        raise Unsendable(f"not one e-mail address: {text!r}") from error


def _sender(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=name, addr_spec=address)
