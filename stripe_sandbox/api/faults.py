"""Faults that a test or a person scripts for the next API calls."""

from dataclasses import asdict, dataclass
from typing import Any

from stripe_sandbox.api.errors import ApiError, DroppedConnection, too_many

KINDS = ("status", "drop_request", "drop_response", "delay")


@dataclass
class Fault:
    """What happens to the next ``times`` calls that match ``method`` and ``path`` (a prefix).

    ``status`` answers that status (429 and 401 before the call is looked at; 409 as a lock
    timeout; 500 and above as executed-nothing, remembered by idempotency keys); with
    ``executed`` a 5xx is answered after the call did its work. ``drop_request`` closes the
    connection without executing, ``drop_response`` after executing. ``delay`` waits seconds.
    """

    kind: str
    times: int = 1
    status: int = 500
    seconds: float = 0.0
    method: str | None = None
    path: str = "/"
    executed: bool = False
    skip: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}")

    def matches(self, method: str, path: str) -> bool:
        """Whether this fault concerns such a call."""
        return self.method in (None, method) and path.startswith(self.path)


class Faults:
    """The script, first come first served. Guarded by the sandbox's lock."""

    def __init__(self) -> None:
        self._script: list[Fault] = []

    def add(self, **values: Any) -> None:
        """Script a fault; raises ``TypeError`` or ``ValueError`` for what makes no sense."""
        self._script.append(Fault(**values))

    def clear(self) -> None:
        """Forget the script."""
        self._script.clear()

    def as_list(self) -> list[dict[str, Any]]:
        """The faults that are still to come."""
        return [asdict(fault) for fault in self._script]

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this call, used up once more."""
        for fault in self._script:
            if fault.matches(method, path):
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault | None:
        if fault.skip > 0:
            fault.skip -= 1
            return None
        fault.times -= 1
        if fault.times <= 0:
            self._script.remove(fault)
        return fault


def answer(fault: Fault) -> ApiError:
    """The error of a ``status`` fault."""
    if fault.status == 429:
        return too_many()
    if fault.status == 409:
        message = (
            "This object cannot be accessed right now because another API request is accessing it."
        )
        return ApiError(409, "invalid_request_error", message, code="lock_timeout")
    if fault.status == 401:
        return ApiError(401, "invalid_request_error", "Invalid API Key provided: a scripted fault.")
    return ApiError(
        fault.status,
        "api_error",
        "An unknown error occurred (a scripted fault).",
        stored=fault.status >= 500,
    )


def before_everything(fault: Fault | None) -> None:
    """Faults that happen before the idempotency layer."""
    if fault is None:
        return
    if fault.kind == "drop_request":
        raise DroppedConnection
    if fault.kind == "status" and fault.status < 500:
        raise answer(fault)


def instead_of_executing(fault: Fault | None) -> None:
    """Server errors that did nothing."""
    if fault is not None and fault.kind == "status" and fault.status >= 500 and not fault.executed:
        raise answer(fault)


def after_executing(fault: Fault | None) -> None:
    """Faults that hide a success."""
    if fault is None:
        return
    if fault.kind == "drop_response":
        raise DroppedConnection
    if fault.kind == "status" and fault.executed:
        raise answer(fault)
