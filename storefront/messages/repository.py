"""Messages about orders."""

from dataclasses import dataclass

from storefront.clock import timestamp
from storefront.store import Row, Tx

SHOPPER, SELLER = "shopper", "seller"


@dataclass(frozen=True, slots=True)
class Message:
    """What one of the two wrote. `read_at` is when the other one read it, None before."""

    id: str
    order_id: str
    seller_id: str
    who: str
    text: str
    form_token: str
    sent_at: str
    read_at: str | None = None


_MESSAGE = ", ".join(Message.__dataclass_fields__)


def insert(tx: Tx, message: Message) -> None:
    """Write a new message."""
    names = Message.__dataclass_fields__
    places = ", ".join(f":{name}" for name in names)
    values = {name: getattr(message, name) for name in names}
    tx.run(f"INSERT INTO order_messages ({_MESSAGE}) VALUES ({places})", **values)


def by_form_token(tx: Tx, form_token: str) -> Message | None:
    """The message that a form has made already."""
    row = tx.one(
        f"SELECT {_MESSAGE} FROM order_messages WHERE form_token = :token", token=form_token
    )
    return _message(row) if row else None


def of_order(tx: Tx, order_id: str) -> list[Message]:
    """Everything that was written about an order, the oldest first."""
    rows = tx.all(
        f"SELECT {_MESSAGE} FROM order_messages WHERE order_id = :id ORDER BY sent_at, id",
        id=order_id,
    )
    return [_message(row) for row in rows]


def mark_read(tx: Tx, order_id: str, who: str, up_to: str) -> list[str]:
    """Note that what `who` wrote until a moment has been read; the ids for which that is new."""
    rows = tx.all(
        "UPDATE order_messages SET read_at = :now WHERE order_id = :order_id AND who = :who"
        " AND read_at IS NULL AND sent_at <= :up_to RETURNING id",
        now=timestamp(),
        order_id=order_id,
        who=who,
        up_to=up_to,
    )
    return [row["id"] for row in rows]


def count_unread(tx: Tx, seller_id: str) -> int:
    """How many orders of a shop have something that its seller has not read."""
    sql = (
        "SELECT COUNT(DISTINCT order_id) FROM order_messages WHERE seller_id = :id"
        " AND who = 'shopper' AND read_at IS NULL"
    )
    return int(tx.value(sql, id=seller_id))


def _message(row: Row) -> Message:
    return Message(**row)
