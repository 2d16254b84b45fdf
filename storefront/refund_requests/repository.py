"""Refund requests of shoppers: the tables `refund_requests`, their lines and their steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storefront.clock import timestamp
from storefront.ids import new_id
from storefront.store import Row, Tx

OPEN, PASSED_ON, ESCALATED = "open", "passed_on", "escalated"
ACCEPTED, DECLINED = "accepted", "declined"
WITHDRAWN, SETTLED = "withdrawn", "settled"
OPEN_STATES = (OPEN, PASSED_ON, ESCALATED)

SHOPPER, SELLER, OPERATOR, STOREFRONT = "shopper", "seller", "operator", "storefront"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """What a shopper wants back of an order, in minor units of `currency`.

    `includes_shipping`: it is for everything that was left, shipping with it. `refund_id`: the
    newest refund that was tried for it. `form_token` makes one request.
    """

    id: str
    order_id: str
    amount: int
    currency: str
    includes_shipping: bool
    reason: str
    state: str
    refund_id: str | None
    form_token: str
    created_at: str
    updated_at: str

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to decide about it."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True)
class AskedLine:
    """Some of a line of the order."""

    position: int
    quantity: int
    title: str


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody said or did: the shopper, the seller, an operator, ourselves."""

    id: str
    who: str
    kind: str
    message: str
    at: str


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """A request with what names its order in a list."""

    request: RefundRequest
    order_number: int
    shop_name: str
    customer: str


_NAMES = tuple(RefundRequest.__dataclass_fields__)
_COLUMNS = ", ".join(_NAMES)
_IN_OPEN = "state IN ('open', 'passed_on', 'escalated')"


def _request(row: Row) -> RefundRequest:
    values = {name: row[name] for name in _NAMES}
    return RefundRequest(**values | {"includes_shipping": row["includes_shipping"] == 1})


def insert(tx: Tx, request: RefundRequest, quantities: Mapping[int, int]) -> None:
    """Write a new request with its lines. Raises Conflict if the order has an open one."""
    places = ", ".join(f":{name}" for name in _NAMES)
    values: dict[str, Any] = {name: getattr(request, name) for name in _NAMES}
    tx.run(
        f"INSERT INTO refund_requests ({_COLUMNS}) VALUES ({places})",
        **values | {"includes_shipping": int(request.includes_shipping)},
    )
    for position, quantity in quantities.items():
        tx.run(
            "INSERT INTO refund_request_lines (request_id, position, quantity)"
            " VALUES (:request_id, :position, :quantity)",
            request_id=request.id,
            position=position,
            quantity=quantity,
        )


def by_id(tx: Tx, request_id: str) -> RefundRequest | None:
    """One request."""
    row = tx.one(f"SELECT {_COLUMNS} FROM refund_requests WHERE id = :id", id=request_id)
    return _request(row) if row else None


def by_form_token(tx: Tx, form_token: str) -> RefundRequest | None:
    """The request that a form has made already."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM refund_requests WHERE form_token = :token", token=form_token
    )
    return _request(row) if row else None


def of_order(tx: Tx, order_id: str) -> list[RefundRequest]:
    """An order's requests, the newest first."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM refund_requests WHERE order_id = :id"
        " ORDER BY created_at DESC, id DESC",
        id=order_id,
    )
    return [_request(row) for row in rows]


def lines(tx: Tx, request_id: str) -> list[AskedLine]:
    """What a request is about, in the order of the order; nothing if it names an amount."""
    rows = tx.all(
        "SELECT l.position, l.quantity, o.title FROM refund_request_lines l"
        " JOIN refund_requests r ON r.id = l.request_id"
        " JOIN order_lines o ON o.order_id = r.order_id AND o.position = l.position"
        " WHERE l.request_id = :id ORDER BY l.position",
        id=request_id,
    )
    return [AskedLine(**row) for row in rows]


def steps(tx: Tx, request_id: str) -> list[Step]:
    """What was said and done about a request, the oldest first."""
    rows = tx.all(
        "SELECT id, who, kind, message, at FROM refund_request_steps WHERE request_id = :id"
        " ORDER BY at, id",
        id=request_id,
    )
    return [Step(**row) for row in rows]


def add_step(tx: Tx, request_id: str, who: str, kind: str, message: str = "") -> None:
    """Write down what somebody said or did."""
    tx.run(
        "INSERT INTO refund_request_steps (id, request_id, who, kind, message, at)"
        " VALUES (:id, :request_id, :who, :kind, :message, :at)",
        id=new_id(),
        request_id=request_id,
        who=who,
        kind=kind,
        message=message,
        at=timestamp(),
    )


def update(tx: Tx, request_id: str, **columns: Any) -> None:
    """Set what a step has changed."""
    changes = ", ".join(f"{name} = :{name}" for name in columns)
    tx.run(
        f"UPDATE refund_requests SET {changes}, updated_at = :now WHERE id = :request_id",
        request_id=request_id,
        now=timestamp(),
        **columns,
    )


_LISTED = (
    f"SELECT {', '.join('r.' + name for name in _NAMES)}, o.number AS order_number, o.shop_name,"
    " COALESCE(o.customer_name, o.email, '') AS customer"
    " FROM refund_requests r JOIN orders o ON o.id = r.order_id"
)
_WAITS_FOR_SELLER = "r.state = 'open'"
_WAITS_FOR_OPERATOR = "r.state IN ('passed_on', 'escalated')"
_VIEWS = {
    "waiting": _WAITS_FOR_OPERATOR,
    "open": f"r.{_IN_OPEN}",
    "closed": f"NOT r.{_IN_OPEN}",
}
VIEWS = tuple(_VIEWS)


def listing(
    tx: Tx, view: str, limit: int, offset: int, seller_id: str | None = None
) -> list[ListedRequest]:
    """Requests of one shop or of all: what waits for whoever looks on top, then the newest."""
    urgent = _WAITS_FOR_OPERATOR if seller_id is None else _WAITS_FOR_SELLER
    rows = tx.all(
        f"{_LISTED} WHERE {_VIEWS[view]} AND (:everybody = 1 OR o.seller_id = :seller_id)"
        f" ORDER BY CASE WHEN {urgent} THEN 0 ELSE 1 END,"
        " r.created_at DESC, r.id DESC LIMIT :limit OFFSET :offset",
        everybody=int(seller_id is None),
        seller_id=seller_id or "",
        limit=limit,
        offset=offset,
    )
    return [
        ListedRequest(_request(row), row["order_number"], row["shop_name"], row["customer"])
        for row in rows
    ]


def count_for_seller(tx: Tx, user_id: str) -> int:
    """How many requests wait for the decision of the person who owns a shop."""
    return int(
        tx.value(
            "SELECT COUNT(*) FROM refund_requests r JOIN orders o ON o.id = r.order_id"
            " JOIN sellers s ON s.id = o.seller_id WHERE s.user_id = :user_id"
            f" AND {_WAITS_FOR_SELLER}",
            user_id=user_id,
        )
    )


def count_for_operator(tx: Tx) -> int:
    """How many requests wait for the operator."""
    return int(tx.value(f"SELECT COUNT(*) FROM refund_requests r WHERE {_WAITS_FOR_OPERATOR}"))
