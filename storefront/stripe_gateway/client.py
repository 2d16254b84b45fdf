"""The only door to Stripe: the `stripe` package is imported in this folder alone.

Answers are plain dicts; failures are of the four kinds in `failures.py`. The SDK never retries
a call that moves something (`stripe_calls` does, under the same idempotency key), and no call
is made while this thread has a database transaction open: a slow answer would lock everybody.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from storefront.config import Config
from storefront.store import Store
from storefront.stripe_gateway import copies, failures, walks

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

Answer = dict[str, Any]

_CONNECT_SECONDS = 3.05
_READ_SECONDS = 20
_READS_RETRY = 2
_PAYMENT = [
    "payment_intent.latest_charge.balance_transaction",
    "payment_intent.latest_charge.transfer",
    "payment_intent.latest_charge.application_fee",
]


class Gateway:
    """Calls to Stripe with the platform's key. One HTTP connection pool for each thread."""

    def __init__(self, config: Config, store: Store) -> None:
        self._config = config
        self._store = store
        self._local = threading.local()

    # Calls that create or move something: only `stripe_calls` sends these. ----------------

    def send(self, operation: str, target: str, parameters: Answer, key: str) -> Answer:
        """Send one of `OPERATIONS` under an idempotency key; Stripe's answer."""
        options = {"idempotency_key": key}
        with self._open() as client:
            if operation == DEAUTHORIZE:  # its answer has no id
                return _plain(client.oauth.deauthorize(parameters, options)) | {"id": target}
            return _plain(OPERATIONS[operation](client.v1, target, parameters, options))

    def find(self, operation: str, target: str, parameters: Answer, call_id: str) -> Answer | None:
        """The object that a call made, found by its metadata; None after a complete search."""
        with self._open() as client:
            for found in _FINDERS[operation](client.v1, target, parameters):
                answer = _plain(found)
                if _made_by(answer, operation, call_id):
                    return answer
        return None

    # Reads ---------------------------------------------------------------------------------

    def account(self, account_id: str) -> Answer:
        """A connected account as it is now."""
        with self._open() as client:
            return _plain(client.v1.accounts.retrieve(account_id, {}, self._retrying()))

    def payment(self, session_id: str) -> Answer:
        """A Checkout Session with its PaymentIntent, charge, fee, transfer and Stripe's fee."""
        with self._open() as client:
            read = client.v1.checkout.sessions.retrieve
            return _plain(read(session_id, {"expand": list(_PAYMENT)}, self._retrying()))

    def refunds_of(self, charge_id: str) -> list[Answer]:
        """Every refund of a charge, each with its transfer reversal."""
        with self._open() as client:
            page = client.v1.refunds.list(
                {"charge": charge_id, "limit": 100, "expand": ["data.transfer_reversal"]},
                self._retrying(),
            )
            return [_plain(refund) for refund in page.auto_paging_iter()]

    def application_fee(self, fee_id: str) -> Answer:
        """An application fee with what has been given back of it."""
        with self._open() as client:
            return _plain(client.v1.application_fees.retrieve(fee_id, {}, self._retrying()))

    def transfer(self, transfer_id: str) -> Answer:
        """A transfer with its newest reversals."""
        with self._open() as client:
            return _plain(client.v1.transfers.retrieve(transfer_id, {}, self._retrying()))

    def dispute(self, dispute_id: str) -> Answer:
        """A dispute with the evidence that is saved for it."""
        with self._open() as client:
            return _plain(client.v1.disputes.retrieve(dispute_id, {}, self._retrying()))

    def page(
        self, kind: str, since: int | None = None, cursor: str | None = None, **filters: str
    ) -> walks.Page:
        """One page of everything of a kind of `walks.EXPAND`, made since a Unix time."""
        with self._open() as client:
            asked = walks.parameters(kind, since, cursor, **filters)
            page = walks.service(client.v1, kind).list(asked, self._retrying())
            found = [_plain(walks.completed(client.v1, kind, each)) for each in page.data]
        return walks.Page(found, found[-1]["id"] if page.has_more and found else None)

    def page_of(
        self, account_id: str, kind: str, since: int | None, cursor: str | None, **filters: str
    ) -> copies.Reading:
        """One page of a connected account's own objects of a kind of `copies.KINDS`."""
        asked = copies.parameters(since, cursor, **filters)
        with self._open() as client:
            how = self._retrying() | {"stripe_account": account_id}
            page, seen = copies.timed(lambda: getattr(client.v1, kind).list(asked, how))
            found = [_plain(each) for each in page.data]
        return copies.Reading(found, seen, found[-1]["id"] if page.has_more and found else None)

    def one_of(self, account_id: str, kind: str, object_id: str) -> copies.Reading:
        """One of a connected account's own objects."""
        with self._open() as client:
            how = self._retrying() | {"stripe_account": account_id}
            read = getattr(client.v1, kind).retrieve
            found, seen = copies.timed(lambda: read(object_id, {}, how))
        answer = _plain(found)
        answer.pop("_request_id", None)
        return copies.Reading([answer], seen)

    def balance(self, account_id: str | None = None, *, pending: bool = True) -> dict[str, int]:
        """What an account has, by currency in minor units; what is pending counts if wanted.

        Without an id that is the platform (https://docs.stripe.com/connect/account-balances).
        """
        how = self._retrying() | ({"stripe_account": account_id} if account_id else {})
        with self._open() as client:
            balance = _plain(client.v1.balance.retrieve({}, how))
        totals: dict[str, int] = {}
        for part in balance["available"] + (balance["pending"] if pending else []):
            totals[part["currency"]] = totals.get(part["currency"], 0) + part["amount"]
        return totals

    # OAuth: https://docs.stripe.com/connect/oauth-reference ---------------------------------

    def authorize_url(self, *, state: str, redirect_uri: str, prefill: Answer) -> str:
        """Where a seller agrees. `scope` is spelled out: Stripe's default is read_only."""
        parameters: Any = {
            "scope": "read_write",
            "state": state,
            "redirect_uri": redirect_uri,
            "stripe_user": prefill,
        }
        return str(self._client().oauth.authorize_url(parameters))

    def exchange_code(self, code: str) -> Answer:
        """Trade a code for a connection. Never repeat it: a code used twice disconnects."""
        parameters = {"grant_type": "authorization_code", "code": code}
        with self._open() as client:
            return _plain(client.oauth.token(parameters, {"max_network_retries": 0}))

    def deauthorize(self, account_id: str) -> Answer:
        """End the connection with an account from our side."""
        with self._open() as client:
            return _plain(client.oauth.deauthorize({"stripe_user_id": account_id}))

    # Webhook endpoints: https://docs.stripe.com/api/webhook_endpoints --------------------------

    @property
    def api_version(self) -> str:
        """The version in which we read Stripe's answers; events should come in it, too."""
        import stripe

        return str(stripe.api_version)

    def update_branding(self, account_id: str, branding: Answer) -> None:
        """Set an account's own branding; Stripe refuses it for accounts that look after it."""
        with self._open() as client:
            settings: Any = {"settings": {"branding": branding}}
            client.v1.accounts.update(account_id, settings, self._retrying())

    def own_account(self) -> Answer:
        """The platform's own account."""
        with self._open() as client:
            return _plain(client.v1.accounts.retrieve_current({}, self._retrying()))

    def webhook_endpoints(self) -> list[Answer]:
        """Every webhook endpoint of the platform, without secrets."""
        with self._open() as client:
            page = client.v1.webhook_endpoints.list({"limit": 100}, self._retrying())
            return [_plain(endpoint) for endpoint in page.auto_paging_iter()]

    def create_webhook_endpoint(self, wanted: Answer, key: str) -> Answer:
        """A new endpoint with its secret, which Stripe tells only here and under the same key."""
        with self._open() as client:
            how: Any = {"idempotency_key": key}
            return _plain(client.v1.webhook_endpoints.create(wanted, how))

    def update_webhook_endpoint(self, endpoint_id: str, changes: Answer) -> Answer:
        """An endpoint after a change of its events or its status."""
        with self._open() as client:
            update: Any = client.v1.webhook_endpoints.update
            return _plain(update(endpoint_id, changes))

    # Accounts that we created: https://docs.stripe.com/api/account_links ----------------------

    def account_link(self, account_id: str, return_url: str, refresh_url: str) -> str:
        """Where an account's owner tells Stripe what it needs. Opens once; keep it nowhere."""
        wanted: Any = {
            "account": account_id,
            "type": "account_onboarding",
            "return_url": return_url,
            "refresh_url": refresh_url,
            "collection_options": {"fields": "eventually_due"},
        }
        with self._open() as client:
            return str(client.v1.account_links.create(wanted).url)

    def login_link(self, account_id: str) -> str:
        """Where an account's owner is signed in to its dashboard. Opens once."""
        with self._open() as client:
            return str(client.v1.accounts.login_links.create(account_id).url)

    # Files: https://docs.stripe.com/file-upload ----------------------------------------------

    def upload_file(self, purpose: str, filename: str, content: bytes) -> Answer:
        """Upload a picture or a document; its id can be named in other calls."""
        import io

        file = io.BytesIO(content)
        file.name = filename
        with self._open() as client:
            return _plain(client.v1.files.create({"purpose": purpose, "file": file}, {}))

    # ------------------------------------------------------------------------------------------

    def _retrying(self) -> "dict[str, Any]":
        return {"max_network_retries": _READS_RETRY}

    def _client(self) -> "stripe.StripeClient":
        client: stripe.StripeClient | None = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = _new_client(self._config)
        return client

    @contextmanager
    def _open(self) -> Iterator["Any"]:
        if self._store.in_transaction:
            raise RuntimeError("Stripe must not be called while a transaction is open")
        try:
            yield self._client()
        except failures.StripeFailure:
            raise
        except Exception as error:
            failure = _failure(error)
            log.warning(
                "stripe.failed",
                extra={"kind": type(failure).__name__, "code": failure.code,
                       "stripe_request_id": failure.request_id},
            )  # fmt: skip
            raise failure from error


def _new_client(config: Config) -> "stripe.StripeClient":
    import requests
    import stripe

    stripe.enable_telemetry = False
    session = requests.Session()
    session.max_redirects = 0
    session.trust_env = False
    return stripe.StripeClient(
        config.stripe_secret_key,
        base_addresses={
            "api": config.stripe_api_base,
            "connect": config.stripe_connect_base,
            "files": config.stripe_files_base,
        },
        client_id=config.stripe_client_id,
        max_network_retries=0,
        http_client=stripe.RequestsClient(
            timeout=(_CONNECT_SECONDS, _READ_SECONDS), session=session
        ),
    )


_Operation = Callable[[Any, str, Answer, Answer], Any]

OPERATIONS: dict[str, _Operation] = {
    "checkout_session.create": lambda v1, _, sent, how: v1.checkout.sessions.create(sent, how),
    "checkout_session.expire": lambda v1, id_, sent, how: v1.checkout.sessions.expire(
        id_, sent, how
    ),
    "refund.create": lambda v1, _, sent, how: v1.refunds.create(sent, how),
    "application_fee_refund.create": lambda v1, id_, sent, how: v1.application_fees.refunds.create(
        id_, sent, how
    ),
    "transfer_reversal.create": lambda v1, id_, sent, how: v1.transfers.reversals.create(
        id_, sent, how
    ),
    "transfer.create": lambda v1, _, sent, how: v1.transfers.create(sent, how),
    "account.create": lambda v1, _, sent, how: v1.accounts.create(sent, how),
    "dispute.update": lambda v1, id_, sent, how: v1.disputes.update(id_, sent, how),
    "dispute.close": lambda v1, id_, sent, how: v1.disputes.close(id_, sent, how),
}
OPERATIONS["debt_settlement.create"] = OPERATIONS["transfer_reversal.create"]
OPERATIONS["dispute.submit"] = OPERATIONS["dispute.update"]

DEAUTHORIZE = "account.deauthorize"
"""Ends the connection with an account; https://docs.stripe.com/connect/oauth-reference."""

NO_ACCESS = frozenset({"account_invalid", "platform_api_key_expired"})
"""What Stripe answers about an account that has left us, or to the key of another platform."""

ENDS = {"checkout_session.expire": "expired", "dispute.close": "lost", DEAUTHORIZE: "gone"}
"""Operations that end an object and take no metadata → its status afterwards."""

_FINDERS: dict[str, Callable[[Any, str, Answer], Iterable[Any]]] = {
    "checkout_session.create": lambda v1, _, sent: v1.checkout.sessions.list(
        {"created": {"gte": sent["expires_at"] - 7200, "lte": sent["expires_at"]}, "limit": 100}
    ).auto_paging_iter(),
    "checkout_session.expire": lambda v1, id_, _: [v1.checkout.sessions.retrieve(id_)],
    "refund.create": lambda v1, _, sent: v1.refunds.list(
        {
            "charge": sent["charge"],
            "limit": 100,
            "expand": [f"data.{name}" for name in sent.get("expand", [])],
        }
    ).auto_paging_iter(),
    "application_fee_refund.create": lambda v1, id_, _: v1.application_fees.refunds.list(
        id_, {"limit": 100}
    ).auto_paging_iter(),
    "transfer_reversal.create": lambda v1, id_, _: v1.transfers.reversals.list(
        id_, {"limit": 100}
    ).auto_paging_iter(),
    "transfer.create": lambda v1, _, sent: v1.transfers.list(
        {"destination": sent["destination"], "limit": 100}
    ).auto_paging_iter(),
    "account.create": lambda v1, _, sent: v1.accounts.list(
        {"created": {"gte": int(sent["metadata"]["asked_at"]) - 3600}, "limit": 100}
    ).auto_paging_iter(),
    "dispute.update": lambda v1, id_, _: [v1.disputes.retrieve(id_)],
}
_FINDERS[DEAUTHORIZE] = lambda v1, id_, _: _gone(v1, id_)
_FINDERS["debt_settlement.create"] = _FINDERS["transfer_reversal.create"]
_FINDERS["dispute.submit"] = _FINDERS["dispute.close"] = _FINDERS["dispute.update"]


def _gone(v1: Any, account_id: str) -> Iterator[Any]:
    """An account that Stripe does not let us see any more; nothing while it does."""
    import stripe

    try:
        v1.accounts.retrieve(account_id)
    except stripe.PermissionError as error:
        if _code(error) not in NO_ACCESS:
            raise
        yield stripe.StripeObject.construct_from({"id": account_id, "status": "gone"}, None)


def _made_by(answer: Answer, operation: str, call_id: str) -> bool:
    if operation in ENDS:
        return bool(answer["status"] == ENDS[operation])
    return bool((answer.get("metadata") or {}).get("stripe_call_id") == call_id)


def _plain(answer: Any) -> Answer:
    plain: Answer = answer.to_dict(for_json=True)
    response = getattr(answer, "last_response", None)
    if response is not None and response.request_id:
        plain["_request_id"] = response.request_id
    return plain


def _failure(error: Exception) -> failures.StripeFailure:
    import stripe

    if not isinstance(error, stripe.StripeError):
        return failures.OutcomeUnknown(f"Stripe's answer could not be read: {error}")
    message = error.user_message or str(error)
    return _kind(error)(message, code=_code(error), request_id=error.request_id or "")


def _code(error: "stripe.StripeError") -> str:
    details = getattr(error, "error", None)
    return error.code or getattr(details, "code", None) or getattr(details, "type", None) or ""


def _kind(error: "stripe.StripeError") -> type[failures.StripeFailure]:
    import stripe

    status = error.http_status
    if isinstance(error, stripe.IdempotencyError):
        return failures.OutcomeUnknown
    if status in {401, 403} and not isinstance(error, stripe.oauth_error.OAuthError):
        return failures.KeyRefused
    if status in {409, 429}:
        return failures.TryLater
    if status is not None and 400 <= status < 500 and status != 424:
        return failures.Rejected
    return failures.OutcomeUnknown
