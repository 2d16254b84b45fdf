"""Sessions that live in our database; the browser holds a random id and nothing else.

Only the id's SHA-256 is stored, so that a copy of the database opens no session. A guest has
none until something is stored, and an id that we did not make is never adopted.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from flask import Flask, Request, Response, session
from flask.sessions import SessionInterface, SessionMixin

from storefront.clock import in_future, parse, timestamp
from storefront.current import Services
from storefront.ids import digest, new_token
from storefront.security import repository
from storefront.store import Store

LIFETIME_DAYS = 30


@dataclass(frozen=True, slots=True)
class State:
    """One session. `replaces` is the id that this request took out of use."""

    id: str
    data: dict[str, Any]
    expires_at: str
    stored: bool = False
    replaces: str | None = None


class StoredSession(SessionMixin):
    """What is remembered about one browser, read from the database at the first use."""

    def __init__(self, load: Callable[[], State]) -> None:
        self._load = load
        self.modified = False

    @cached_property
    def state(self) -> State:
        """The row, or a new one that is not stored yet."""
        return self._load()

    def __getitem__(self, key: str) -> Any:
        return self.state.data[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.state.data[key] = value
        self.modified = True

    def __delitem__(self, key: str) -> None:
        del self.state.data[key]
        self.modified = True

    def __iter__(self) -> Iterator[str]:
        return iter(self.state.data)

    def __len__(self) -> int:
        return len(self.state.data)

    def rotate(self) -> None:
        """Go on under another id; the old one opens nothing any more."""
        old = self.state
        self.state = _new_state(old.data, replaces=old.id if old.stored else old.replaces)
        self.modified = True


class Sessions(SessionInterface):
    """Flask's sessions over the `sessions` table."""

    def __init__(self, store: Store, *, secure: bool) -> None:
        self.cookie_name = "__Host-storefront_session" if secure else "storefront_session"
        self._store = store
        self._secure = secure

    def open_session(self, app: Flask, request: Request) -> StoredSession:
        """The session of a request. Nothing is read before somebody looks into it."""
        cookie = request.cookies.get(self.cookie_name, "")
        return StoredSession(lambda: self._find(cookie) or _new_state({}))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Store what changed; an empty session is deleted, and its cookie with it."""
        kept = cast(StoredSession, session)
        if kept.accessed:
            response.vary.add("Cookie")
        if kept.modified:
            self._save(kept.state)
            self._set_cookie(kept.state, response)

    def _find(self, cookie: str) -> State | None:
        if not cookie:
            return None
        with self._store.read() as tx:
            row = repository.find_session(tx, digest(cookie), timestamp())
        if row is None:
            return None
        return State(cookie, json.loads(row["data"]), row["expires_at"], stored=True)

    def _save(self, state: State) -> None:
        with self._store.transaction() as tx:
            if state.replaces:
                repository.delete_session(tx, digest(state.replaces))
            if not state.data:
                repository.delete_session(tx, digest(state.id))
            elif state.stored:
                repository.update_session(tx, digest(state.id), *_columns(state))
            else:
                repository.insert_session(
                    tx, digest(state.id), *_columns(state), timestamp(), state.expires_at
                )

    def _set_cookie(self, state: State, response: Response) -> None:
        response.set_cookie(
            self.cookie_name,
            state.id if state.data else "",
            expires=parse(state.expires_at) if state.data else 0,
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )


def _new_state(data: dict[str, Any], replaces: str | None = None) -> State:
    return State(new_token(256), data, in_future(days=LIFETIME_DAYS), replaces=replaces)


def _columns(state: State) -> tuple[str | None, str]:
    user_id = str(state.data.get("_user_id", "")).partition(".")[0]
    return user_id or None, json.dumps(state.data)


def current() -> StoredSession:
    """The session of this request."""
    found = session._get_current_object()  # type: ignore[attr-defined] # werkzeug's proxy
    return cast(StoredSession, found)


def current_hash() -> str:
    """What is stored of this session's id: binds a one-time secret to this browser."""
    return digest(current().state.id)


def clean_up(services: Services) -> int:
    """Delete the sessions that are over; how many."""
    with services.store.transaction() as tx:
        return repository.delete_expired_sessions(tx, timestamp())
