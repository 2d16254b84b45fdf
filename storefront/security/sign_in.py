"""Who is signed in: Flask-Login over our sessions."""

from collections.abc import Callable
from typing import Any, Protocol

from flask import Flask, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, login_user

from storefront import htmx
from storefront.security import sessions
from storefront.security.redirects import page_of_referrer

_KEPT_AT_SIGN_IN = frozenset({"cart_id"})


class Person(Protocol):
    """What a page may ask of `current_user` when somebody is signed in."""

    @property
    def id(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def is_operator(self) -> bool: ...
    @property
    def has_shop(self) -> bool: ...
    @property
    def session_version(self) -> int: ...


FindPerson = Callable[[str], Person | None]


class SignedIn:
    """A person, in the shape that Flask-Login wants."""

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def __init__(self, person: Person) -> None:
        self._person = person

    def __getattr__(self, name: str) -> Any:
        return getattr(self._person, name)

    def get_id(self) -> str:
        """What the session remembers. Another session version ends every session."""
        return f"{self._person.id}.{self._person.session_version}"


class Guest:
    """Nobody. Every answer of a guest's is the harmless one; no id ever equals `id`."""

    is_authenticated = False
    is_active = False
    is_anonymous = True
    id = None
    email = ""
    name = ""
    is_operator = False
    has_shop = False

    def get_id(self) -> None:
        """A guest is not remembered."""


class _LoginManager(LoginManager):  # type: ignore[misc] # Flask-Login carries no types
    """Without the remember-me cookie, whose care would read the session on every request."""

    def _update_remember_cookie(self, response: Any) -> Any:
        return response

    def _load_user_from_remember_cookie(self, cookie: str) -> None:
        return None


def init_app(app: Flask, find_person: FindPerson) -> None:
    """Make `current_user` known to views and templates."""
    manager = _LoginManager()
    manager.session_protection = None
    manager.anonymous_user = Guest
    manager.user_loader(lambda text: _load(text, find_person))
    manager.unauthorized_handler(_ask_to_sign_in)
    manager.init_app(app)


def sign_in(person: Person) -> None:
    """Begin a session of this person under a new id. The cart stays, all else goes."""
    session = sessions.current()
    for key in set(session) - _KEPT_AT_SIGN_IN:
        del session[key]
    session.rotate()
    login_user(SignedIn(person))


def sign_out() -> None:
    """End the session on the server; its cookie opens nothing any more."""
    sessions.current().clear()


def _load(text: str, find_person: FindPerson) -> SignedIn | None:
    user_id, _, version = text.partition(".")
    person = find_person(user_id)
    if person is None or str(person.session_version) != version:
        return None
    return SignedIn(person)


def _ask_to_sign_in() -> ResponseReturnValue:
    """To the sign-in page and back; htmx is told by 401 and HX-Redirect."""
    here = request.method == "GET" and not htmx.asked()
    back = request.full_path.rstrip("?") if here else page_of_referrer()
    response = htmx.redirect(url_for("users.sign_in", next=back))
    if htmx.asked():
        response.status_code = 401
    return response
