"""The only door to Stripe: the `stripe` package is imported in this folder alone.

Answers are plain dicts; failures are of the four kinds in `failures.py`. The SDK never retries
a call that moves something (`stripe_calls` does, under the same idempotency key), and no call
is made while this thread has a database transaction open: a slow answer would lock everybody.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from storefront.config import Config
from storefront.store import Store
from storefront.stripe_gateway import billing, copies, failures, walks
from storefront.stripe_gateway.answers import Answer, plain, translated
from storefront.stripe_gateway.operations import DEAUTHORIZE, FINDERS, OPERATIONS, made_by

if TYPE_CHECKING:
    import stripe

log = logging.getLogger(__name__)

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
                return plain(client.oauth.deauthorize(parameters, options)) | {"id": target}
            return plain(OPERATIONS[operation](client.v1, target, parameters, options))

    def find(self, operation: str, target: str, parameters: Answer, call_id: str) -> Answer | None:
        """The object that a call made, found by its metadata; None after a complete search."""
        with self._open() as client:
            for found in FINDERS[operation](client.v1, target, parameters):
                answer = plain(found)
                if made_by(answer, operation, call_id):
                    return answer
        return None

    # Reads ---------------------------------------------------------------------------------

    def account(self, account_id: str) -> Answer:
        """A connected account as it is now."""
        with self._open() as client:
            return plain(client.v1.accounts.retrieve(account_id, {}, self._retrying()))

    def payment(self, session_id: str) -> Answer:
        """A Checkout Session with its PaymentIntent, charge, fee, transfer and Stripe's fee."""
        with self._open() as client:
            read = client.v1.checkout.sessions.retrieve
            return plain(read(session_id, {"expand": list(_PAYMENT)}, self._retrying()))

    def payment_intent(self, intent_id: str) -> Answer:
        """A PaymentIntent with its charge, fee, transfer and Stripe's fee."""
        with self._open() as client:
            expand = [name.removeprefix("payment_intent.") for name in _PAYMENT]
            read = client.v1.payment_intents.retrieve
            return plain(read(intent_id, {"expand": expand}, self._retrying()))

    def refunds_of(self, charge_id: str) -> list[Answer]:
        """Every refund of a charge, each with its transfer reversal."""
        with self._open() as client:
            page = client.v1.refunds.list(
                {"charge": charge_id, "limit": 100, "expand": ["data.transfer_reversal"]},
                self._retrying(),
            )
            return [plain(refund) for refund in page.auto_paging_iter()]

    def application_fee(self, fee_id: str) -> Answer:
        """An application fee with what has been given back of it."""
        with self._open() as client:
            return plain(client.v1.application_fees.retrieve(fee_id, {}, self._retrying()))

    def transfer(self, transfer_id: str) -> Answer:
        """A transfer with its newest reversals."""
        with self._open() as client:
            return plain(client.v1.transfers.retrieve(transfer_id, {}, self._retrying()))

    def dispute(self, dispute_id: str) -> Answer:
        """A dispute with the evidence that is saved for it."""
        with self._open() as client:
            return plain(client.v1.disputes.retrieve(dispute_id, {}, self._retrying()))

    def page(
        self, kind: str, since: int | None = None, cursor: str | None = None, **filters: str
    ) -> walks.Page:
        """One page of everything of a kind of `walks.EXPAND`, made since a Unix time."""
        with self._open() as client:
            asked = walks.parameters(kind, since, cursor, **filters)
            page = walks.service(client.v1, kind).list(asked, self._retrying())
            found = [plain(walks.completed(client.v1, kind, each)) for each in page.data]
        return walks.Page(found, found[-1]["id"] if page.has_more and found else None)

    def page_of(
        self, account_id: str, kind: str, since: int | None, cursor: str | None, **filters: str
    ) -> copies.Reading:
        """One page of a connected account's own objects of a kind of `copies.KINDS`."""
        asked = copies.parameters(kind, since, cursor, **filters)
        with self._open() as client:
            how = self._retrying() | {"stripe_account": account_id}
            page, seen = copies.timed(lambda: getattr(client.v1, kind).list(asked, how))
            found = [plain(each) for each in page.data]
        return copies.Reading(found, seen, found[-1]["id"] if page.has_more and found else None)

    def one_of(self, account_id: str, kind: str, object_id: str) -> copies.Reading:
        """One of a connected account's own objects."""
        with self._open() as client:
            how = self._retrying() | {"stripe_account": account_id}
            read = getattr(client.v1, kind).retrieve
            found, seen = copies.timed(lambda: read(object_id, {}, how))
        answer = plain(found)
        answer.pop("_request_id", None)
        return copies.Reading([answer], seen)

    def balance(self, account_id: str | None = None, *, pending: bool = True) -> dict[str, int]:
        """What an account has, by currency in minor units; what is pending counts if wanted.

        Without an id that is the platform (https://docs.stripe.com/connect/account-balances).
        """
        how = self._retrying() | ({"stripe_account": account_id} if account_id else {})
        with self._open() as client:
            balance = plain(client.v1.balance.retrieve({}, how))
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
            return plain(client.oauth.token(parameters, {"max_network_retries": 0}))

    def deauthorize(self, account_id: str) -> Answer:
        """End the connection with an account from our side."""
        with self._open() as client:
            return plain(client.oauth.deauthorize({"stripe_user_id": account_id}))

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
            return plain(client.v1.accounts.retrieve_current({}, self._retrying()))

    def webhook_endpoints(self) -> list[Answer]:
        """Every webhook endpoint of the platform, without secrets."""
        with self._open() as client:
            page = client.v1.webhook_endpoints.list({"limit": 100}, self._retrying())
            return [plain(endpoint) for endpoint in page.auto_paging_iter()]

    def create_webhook_endpoint(self, wanted: Answer, key: str) -> Answer:
        """A new endpoint with its secret, which Stripe tells only here and under the same key."""
        with self._open() as client:
            how: Any = {"idempotency_key": key}
            return plain(client.v1.webhook_endpoints.create(wanted, how))

    def update_webhook_endpoint(self, endpoint_id: str, changes: Answer) -> Answer:
        """An endpoint after a change of its events or its status."""
        with self._open() as client:
            update: Any = client.v1.webhook_endpoints.update
            return plain(update(endpoint_id, changes))

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

    # Subscriptions: https://docs.stripe.com/api/subscriptions ---------------------------------

    def subscription(self, subscription_id: str) -> Answer:
        """A subscription as it is now, with its latest invoice."""
        with self._open() as client:
            return plain(billing.subscription(client.v1, subscription_id, self._retrying()))

    def invoices_of(self, subscription_id: str) -> list[Answer]:
        """Every invoice of a subscription, the newest first.

        `payments.data` says what each is paid by: its PaymentIntents.
        """
        with self._open() as client:
            found = billing.invoices_of(client.v1, subscription_id, self._retrying())
            return [plain(invoice) for invoice in found]

    def session(self, session_id: str) -> Answer:
        """A Checkout Session as it is now."""
        with self._open() as client:
            read = client.v1.checkout.sessions.retrieve
            return plain(read(session_id, {}, self._retrying()))

    def invoice(self, invoice_id: str) -> Answer:
        """One invoice, told as `invoices_of` does."""
        with self._open() as client:
            return plain(billing.invoice(client.v1, invoice_id, self._retrying()))

    def portal_url(self, customer_id: str, return_url: str, flow: Answer | None = None) -> str:
        """Where a customer looks after cards, invoices and subscriptions. Keep it nowhere.

        `flow` leads to one of these alone: https://docs.stripe.com/customer-management/portal-deep-links
        """
        with self._open() as client:
            return billing.portal_url(client.v1, customer_id, return_url, flow)

    # Files: https://docs.stripe.com/file-upload ----------------------------------------------

    def upload_file(self, purpose: str, filename: str, content: bytes) -> Answer:
        """Upload a picture or a document; its id can be named in other calls."""
        import io

        file = io.BytesIO(content)
        file.name = filename
        with self._open() as client:
            return plain(client.v1.files.create({"purpose": purpose, "file": file}, {}))

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
            failure = translated(error)
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
