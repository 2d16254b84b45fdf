"""What the outbox holds, as the person who gets it would read it."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default

from storefront.current import Services
from storefront.mail import service as mail


@dataclass(frozen=True)
class Message:
    """One message in the folder that stands in for a mail server."""

    to: str
    subject: str
    text: str

    @property
    def link(self) -> str:
        """The path of the only link in it."""
        [found] = re.findall(r"https?://[^/\s]+(/\S*)", self.text)
        return str(found)


def collect(services: Services) -> list[Message]:
    """Send what is due, and read all that was ever sent, the oldest first."""
    mail.send_due(services)
    return [_read(path.read_bytes()) for path in sorted(services.config.mail_folder.glob("*.eml"))]


def _read(content: bytes) -> Message:
    parsed = message_from_bytes(content, policy=default)
    body = parsed.get_body(("plain",))
    return Message(str(parsed["To"]), str(parsed["Subject"]), body.get_content() if body else "")
