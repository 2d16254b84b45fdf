"""A platform with one connected seller: the words in which tests are written."""

from typing import Any

import stripe

from stripe_sandbox.testing import RunningSandbox

KEY = "sk_test_market"
REDIRECT = "http://127.0.0.1:9/callback"
SUCCESS = "http://127.0.0.1:9/done?session_id={CHECKOUT_SESSION_ID}"


class Shop:
    """Sells T-shirts on the platform's behalf."""

    def __init__(self, sandbox: RunningSandbox, client: stripe.StripeClient) -> None:
        self.sandbox = sandbox
        self.client = client
        self.account = self.connect("Seller")

    def connect(self, name: str, **values: Any) -> str:
        """Connect another account through OAuth and return its id."""
        code = self.sandbox.control("authorize", name=name, **values)["code"]
        grant: Any = {"grant_type": "authorization_code", "code": code}
        return str(self.client.oauth.token(grant).stripe_user_id)

    def session(
        self, amount: int = 1000, currency: str = "usd", **split: Any
    ) -> stripe.checkout.Session:
        """A session for one T-shirt; ``split`` goes to payment_intent_data."""
        return self.client.v1.checkout.sessions.create(
            self.session_params(amount, currency, **split)
        )

    def session_params(self, amount: int = 1000, currency: str = "usd", **split: Any) -> Any:
        """The parameters of ``session``."""
        price = {"currency": currency, "product_data": {"name": "T-shirt"}, "unit_amount": amount}
        data = {"transfer_data": {"destination": self.account}, **split}
        return {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "payment_intent_data": data,
            "success_url": SUCCESS,
        }

    def sell(
        self, amount: int = 1000, fee: int | None = 123, card: str | None = None, **split: Any
    ) -> stripe.Charge:
        """A paid order: its charge."""
        if fee is not None:
            split["application_fee_amount"] = fee
        session = self.session(amount, **split)
        how = {"card": card} if card else {}
        paid = self.sandbox.control(f"sessions/{session.id}/pay", **how)
        return self.client.v1.charges.retrieve(paid["charge"])

    def refund(self, charge: stripe.Charge, **flags: Any) -> stripe.Refund:
        """Refund the charge."""
        params: Any = {"charge": charge.id, **flags}
        return self.client.v1.refunds.create(params)

    def balance(self, account: str | None = None, currency: str = "usd") -> int:
        """The available balance of an account (default: the platform), from the API."""
        options: Any = {"stripe_account": account} if account else {}
        amounts = self.client.v1.balance.retrieve({}, options).available
        return sum(each.amount for each in amounts if each.currency == currency)

    @property
    def balances(self) -> tuple[int, int]:
        """(platform, seller)."""
        return self.balance(), self.balance(self.account)

    def topup(self, amount: int, account: str | None = None, currency: str = "usd") -> None:
        """Bring own money in."""
        self.sandbox.control("topup", amount=amount, currency=currency, account=account)

    def event_types(self) -> list[Any]:
        """The platform's events, oldest first."""
        return [event.type for event in self.client.v1.events.list({"limit": 100}).data][::-1]
