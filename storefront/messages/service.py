"""What shopper and seller write to each other about an order, and who has read it.

The operator reads along and does not write. Mails only say that there is something to read.
"""

from storefront import clock
from storefront.errors import Invalid, Refused, TooMany
from storefront.ids import new_id
from storefront.mail import service as mail
from storefront.messages import repository
from storefront.messages.repository import SELLER, SHOPPER, Message
from storefront.orders import service as orders
from storefront.orders.service import PAID, PROCESSING, Order
from storefront.security import typed_text
from storefront.security.rate_limit import limit
from storefront.store import Store, Tx

__all__ = ["MOST_CHARACTERS", "SELLER", "SHOPPER", "Message"]

MOST_CHARACTERS = 2000
AN_HOUR = 20
_OTHER = {SHOPPER: SELLER, SELLER: SHOPPER}
_TRANSCRIPT = 10_000

of_order = repository.of_order
count_unread = repository.count_unread


def is_open(order: Order) -> bool:
    """Whether messages can be written: from the payment on, since nobody is known before."""
    return order.status in {PAID, PROCESSING}


def say(store: Store, order: Order, who: str, text: str, form_token: str) -> None:
    """Write a message once, however often its form is sent; who answers has read the rest.

    Raises Invalid, Refused or TooMany, in words, and nothing is written then.
    """
    text = cleaned(text)
    with store.read() as tx:
        known = repository.by_form_token(tx, form_token)
    if known is None:
        _limit(store, order, who)
    with store.transaction() as tx:
        _say(tx, orders.lock(tx, order.id), who, text, form_token)


def _limit(store: Store, order: Order, who: str) -> None:
    try:
        limit(store, f"order-message:{order.id}:{who}", AN_HOUR, 3600)
    except TooMany as error:
        minutes = -(-error.retry_after // 60)
        said = f"You can send {AN_HOUR} messages an hour. Please wait {minutes} minutes."
        raise TooMany(said, error.retry_after) from error


def _say(tx: Tx, order: Order, who: str, text: str, form_token: str) -> None:
    known = repository.by_form_token(tx, form_token)
    if known is not None:
        if known.order_id != order.id:
            raise Refused("This form has been used for another order. Please start again.")
        return
    if not is_open(order):
        raise Refused("Messages can be written once this order is paid.")
    now = clock.timestamp()
    read(tx, order, who, now)
    waiting = any(each.who == who and not each.read_at for each in of_order(tx, order.id))
    message = Message(new_id(), order.id, order.seller_id, who, text, form_token, now)
    repository.insert(tx, message)
    if not waiting:  # the other one has been told, and has not looked yet
        mail.enqueue(tx, f"message_to_{_OTHER[who]}", message.id, "", {}, order_id=order.id)


def cleaned(text: str) -> str:
    """A message as it is kept. Raises Invalid if it is empty or too long."""
    text = typed_text.many_lines(text)
    if not text:
        raise Invalid("Please write something first.")
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            f"Please keep it under {MOST_CHARACTERS:,} characters; these are {len(text):,}."
        )
    return text


def read(tx: Tx, order: Order, reader: str, up_to: str) -> None:
    """Somebody has read what the other one wrote until a moment, so needs no mail about it."""
    for message_id in repository.mark_read(tx, order.id, _OTHER[reader], up_to):
        mail.overtake(tx, f"message_to_{reader}", message_id)


def transcript(tx: Tx, order: Order) -> str:
    """The messages as plain text for others to read; the newest, if they are very many."""
    parts: list[str] = []
    left = _TRANSCRIPT
    for message in reversed(of_order(tx, order.id)):
        part = f"{clock.display_time(message.sent_at)}, {message.who}: {message.text}"
        left -= len(part) + 1
        if left < 0:
            parts.append("(Earlier messages are left out.)")
            break
        parts.append(part)
    return "\n".join(reversed(parts))
