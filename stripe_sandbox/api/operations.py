"""The registry of API operations and what is common to all of them."""

from collections.abc import Callable
from dataclasses import dataclass, field

from stripe_sandbox.api import errors
from stripe_sandbox.api.rendering import list_of
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

Handler = Callable[..., JSON]


@dataclass
class Upload:
    """A file of a multipart request."""

    filename: str
    content_type: str
    data: bytes


@dataclass
class Call:
    """One authenticated API request whose parameters are already checked."""

    sandbox: Sandbox
    account: str
    params: JSON
    base_url: str
    request_id: str = ""
    via_header: bool = False
    files: dict[str, Upload] = field(default_factory=dict)

    @property
    def on_platform(self) -> bool:
        """Whether the platform acts for itself."""
        return self.account == self.sandbox.platform_id

    def fetch(
        self,
        kind: str,
        identifier: str | None,
        param: str | None = None,
        status: int = 404,
        account: str | None = None,
    ) -> JSON:
        """An object of the acting account (or of ``account``), or ``resource_missing``."""
        found, owner = self.sandbox.store.find(identifier), account or self.account
        if found is None or found["object"] != kind or found["_account"] != owner:
            raise errors.missing(kind, str(identifier), param or "id", status)
        return found

    def page(
        self, kind: str, url: str, matching: JSON | None = None, account: str | None = None
    ) -> JSON:
        """A list of the acting account's objects: ``limit``, cursors and ``created`` applied."""
        return page(self, kind, url, matching, account or self.account)


@dataclass(frozen=True)
class Operation:
    """An endpoint of the API."""

    method: str
    path: str
    handler: Handler
    params: str | None
    extra: frozenset[str]


OPERATIONS: list[Operation] = []


def operation(
    method: str, path: str, params: str | None = None, extra: tuple[str, ...] = ()
) -> Callable[[Handler], Handler]:
    """Declare an endpoint; ``params`` names the class of ``stripe.params`` that checks it."""

    def register(handler: Handler) -> Handler:
        OPERATIONS.append(Operation(method, path, handler, params, frozenset(extra)))
        return handler

    return register


def page(call: Call, kind: str, url: str, matching: JSON | None, account: str) -> JSON:
    """One page of objects, newest first."""
    params, limit = call.params, _limit(call.params)
    for cursor in ("starting_after", "ending_before"):
        if cursor in params:
            call.fetch(kind, params[cursor], cursor, 400)
    chosen = {name: value for name, value in (matching or {}).items() if value is not None}
    found = call.sandbox.store.select(
        kind,
        account,
        chosen,
        created_filter(params),
        params.get("starting_after"),
        params.get("ending_before"),
        limit + 1,
    )
    shown = found[-limit:] if "ending_before" in params else found[:limit]
    return list_of(call.sandbox, url, shown, has_more=len(found) > limit)


def page_of(call: Call, url: str, found: list[JSON]) -> JSON:
    """One page of objects that were selected (newest first) by other means than the store's."""
    params, limit = call.params, _limit(call.params)
    positions = {item["id"]: position for position, item in enumerate(found)}
    if "ending_before" in params:
        end = _position(positions, params, "ending_before")
        start = max(0, end - limit)
        return list_of(call.sandbox, url, found[start:end], has_more=start > 0)
    start = _position(positions, params, "starting_after") + 1 if "starting_after" in params else 0
    return list_of(
        call.sandbox, url, found[start : start + limit], has_more=len(found) > start + limit
    )


def _position(positions: dict[str, int], params: JSON, cursor: str) -> int:
    if params[cursor] not in positions:
        raise errors.missing("object", params[cursor], cursor, 400)
    return positions[params[cursor]]


def _limit(params: JSON) -> int:
    limit: int = params.get("limit", 10)
    if not 1 <= limit <= 100:
        bound = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
        raise errors.invalid(f"This value must be {bound}.", "limit", "parameter_invalid_integer")
    return limit


def created_filter(params: JSON) -> dict[str, int]:
    """Comparisons of the ``created`` parameter, which is a moment or a range."""
    created = params.get("created")
    if created is None:
        return {}
    if isinstance(created, dict):
        return created
    return {"gte": int(created), "lte": int(created)}


def within(value: int, bounds: dict[str, int]) -> bool:
    """Whether a number satisfies comparisons such as those of ``created_filter``."""
    checks = {
        "gt": value.__gt__,
        "gte": value.__ge__,
        "lt": value.__lt__,
        "lte": value.__le__,
    }
    return all(checks[name](bound) for name, bound in bounds.items())


def metadata(params: JSON, current: dict[str, str] | None = None) -> dict[str, str]:
    """The metadata after an update: empty values remove keys, an empty string removes all."""
    given = params.get("metadata")
    if given == "":
        return {}
    merged = {**(current or {}), **(given or {})}
    if len(merged) > 50:
        raise errors.invalid("Metadata can have at most 50 keys", "metadata")
    for key, value in merged.items():
        if len(key) > 40 or len(str(value)) > 500:
            raise errors.invalid(
                "Metadata keys can have up to 40 characters, values up to 500 characters",
                f"metadata[{key[:40]}]",
            )
    return {key: value for key, value in merged.items() if value != ""}
