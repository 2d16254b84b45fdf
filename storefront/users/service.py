"""People: signing up and in, confirming an address, changing a password.

Nothing here tells a visitor whether an address has an account; only its mailbox learns that.
"""

from collections.abc import Callable

from email_validator import EmailNotValidError, validate_email

from storefront.clock import ago, in_future, timestamp
from storefront.current import Services
from storefront.errors import Invalid, NotFound, Refused
from storefront.ids import digest, new_id, new_token
from storefront.mail import service as mail
from storefront.security import passwords, typed_text
from storefront.store import Conflict, Store, Tx
from storefront.users import repository, throttle
from storefront.users.repository import User

__all__ = ["User"]

MAX_NAME = 80
CONFIRM_DAYS = 7
RESET_MINUTES = 30

_STALE_LINK = "This link has been used or is too old."

operators = repository.operators

Link = Callable[[str], str]
"""Makes the absolute address of a page from a token."""


def find_person(store: Store, user_id: str) -> User | None:
    """Who this is, as of now: rights and session version are read at every request."""
    with store.read() as tx:
        return repository.find(tx, user_id)


def by_id(tx: Tx, user_id: str) -> User | None:
    """The person with this id."""
    return repository.find(tx, user_id)


def find_by_email(tx: Tx, email: str) -> User | None:
    """The person with this address, however it is written."""
    return repository.find_by_email(tx, email.strip().lower())


def address(text: str) -> str:
    """An e-mail address in the one form that we keep. Raises Invalid."""
    try:
        checked = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Invalid("This is no e-mail address. It should look like name@example.com.") from error
    return checked.normalized.lower()


def person_name(text: str) -> str:
    """A person's name in the form that we keep. Raises Invalid."""
    name = typed_text.one_line(text)
    if not 0 < len(name) <= MAX_NAME:
        raise Invalid(f"Please enter a name of at most {MAX_NAME} characters.")
    return name


def create(tx: Tx, email: str, name: str, password: str, *, operator: bool = False) -> User:
    """Make an account whose address counts as confirmed: for the command line and for seeds.

    Raises Invalid, and Refused if the address is taken.
    """
    email, name = address(email), person_name(name)
    passwords.check_new(password)
    user = _insert(tx, email, name, passwords.hashed(password))
    if user is None:
        raise Refused(f"{email} has an account already.")
    repository.set_verified(tx, user.id, timestamp())
    if operator:
        repository.set_operator(tx, user.id, is_operator=True)
    return _existing(tx, user.id)


def sign_up(store: Store, name: str, email: str, password: str, link: Link) -> None:
    """Make an account and mail the link that confirms it; or mail that there is one already.

    Raises Invalid. Otherwise the outcome is the same for the visitor.
    """
    email, name = address(email), person_name(name)
    passwords.check_new(password)
    password_hash = passwords.hashed(password)
    with store.transaction() as tx:
        user = _insert(tx, email, name, password_hash)
        if user is None:
            mail.enqueue(tx, "address_taken", new_id(), email)
        else:
            _mail_confirmation(tx, user, link)


def authenticate(store: Store, email: str, password: str) -> User | None:
    """The person, if the password is right. An unknown address takes as long as a wrong one."""
    with store.read() as tx:
        user = find_by_email(tx, email)
    if not passwords.matches(user.password_hash if user else None, password) or user is None:
        return None
    if passwords.needs_rehash(user.password_hash):
        with store.transaction() as tx:
            new_hash = passwords.hashed(password)
            repository.rehash_password(tx, user.id, user.password_hash, new_hash)
    return user


def resend_confirmation(store: Store, user_id: str, link: Link) -> None:
    """Mail a new link that confirms the address, unless it is confirmed already."""
    with store.transaction() as tx:
        user = _existing(tx, user_id)
        if not user.email_verified:
            _mail_confirmation(tx, user, link)


def may_confirm(tx: Tx, user_id: str, token: str) -> bool:
    """Whether this token confirms the address of this person."""
    return repository.user_of_token(tx, digest(token), "verify", timestamp()) == user_id


def confirm_address(tx: Tx, user_id: str, token: str) -> None:
    """The address belongs to the person. Raises NotFound for anything but his own fresh token."""
    if repository.use_token(tx, digest(token), "verify", timestamp()) != user_id:
        raise NotFound(_STALE_LINK)
    repository.set_verified(tx, user_id, timestamp())


def forgot_password(store: Store, email: str, link: Link) -> None:
    """Mail a link for a new password; or, to an address without an account, that there is none.

    Raises Invalid for what is no address at all.
    """
    email = address(email)
    with store.transaction() as tx:
        user = repository.find_by_email(tx, email)
        if user is None:
            mail.enqueue(tx, "no_account", new_id(), email)
            return
        token = _token(tx, user.id, "reset", in_future(minutes=RESET_MINUTES))
        context = {"name": user.name, "url": link(token)}
        mail.enqueue(tx, "reset_password", new_id(), user.email, context)


def may_reset(tx: Tx, token: str) -> bool:
    """Whether this token still sets a new password."""
    return repository.user_of_token(tx, digest(token), "reset", timestamp()) is not None


def reset_password(store: Store, token: str, password: str) -> None:
    """Set a new password by a mailed link. Ends every session and every other such link.

    The address counts as confirmed: the link came through it. Raises Invalid and NotFound.
    """
    passwords.check_new(password)
    password_hash = passwords.hashed(password)
    with store.transaction() as tx:
        user_id = repository.use_token(tx, digest(token), "reset", timestamp())
        if not user_id:
            raise NotFound(_STALE_LINK)
        repository.set_password(tx, user_id, password_hash)
        repository.set_verified(tx, user_id, timestamp())
        user = _existing(tx, user_id)
    throttle.after_reset(store, user.email)


def change_password(store: Store, user_id: str, old: str, new: str) -> User:
    """Change a known password; every other session ends. Raises Invalid."""
    passwords.check_new(new)
    with store.read() as tx:
        user = _existing(tx, user_id)
    if not passwords.matches(user.password_hash, old):
        raise Invalid("This is not your current password.")
    new_hash = passwords.hashed(new)
    with store.transaction() as tx:
        repository.set_password(tx, user_id, new_hash)
        return _existing(tx, user_id)


def rename(tx: Tx, user_id: str, name: str) -> None:
    """Change the name that shops and mails use. Raises Invalid."""
    repository.set_name(tx, user_id, person_name(name))


def clean_up(services: Services) -> int:
    """Delete one-time tokens that expired long ago; how many."""
    with services.store.transaction() as tx:
        return repository.delete_old_tokens(tx, ago(days=30))


def _insert(tx: Tx, email: str, name: str, password_hash: str) -> User | None:
    user_id = new_id()
    try:
        with tx.savepoint():
            repository.insert(tx, user_id, email, name, password_hash, timestamp())
    except Conflict:
        return None
    return _existing(tx, user_id)


def _existing(tx: Tx, user_id: str) -> User:
    user = repository.find(tx, user_id)
    if user is None:
        raise NotFound()
    return user


def _mail_confirmation(tx: Tx, user: User, link: Link) -> None:
    token = _token(tx, user.id, "verify", in_future(days=CONFIRM_DAYS))
    context = {"name": user.name, "url": link(token)}
    mail.enqueue(tx, "verify_address", new_id(), user.email, context)


def _token(tx: Tx, user_id: str, purpose: str, expires_at: str) -> str:
    token = new_token(256)
    repository.insert_token(tx, digest(token), user_id, purpose, timestamp(), expires_at)
    return token
