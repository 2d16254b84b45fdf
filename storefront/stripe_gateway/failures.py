"""How a call to Stripe can fail, sorted by what may be done next.

https://docs.stripe.com/error-handling and https://docs.stripe.com/error-low-level
"""


class StripeFailure(Exception):
    """Stripe did not do what was asked, or we cannot know whether it did.

    `code` is Stripe's error code where there is one; `request_id` is what Stripe's support
    asks for.
    """

    def __init__(self, message: str, *, code: str = "", request_id: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.request_id = request_id


class Rejected(StripeFailure):
    """A final no (400, 402, 404): nothing happened, and asking again will not help."""


class TryLater(StripeFailure):
    """Not now (409, 429): nothing happened; the same call under the same key, later."""


class KeyRefused(StripeFailure):
    """401 or 403: the key is wrong or was rolled. Everything waits until it is corrected."""


class OutcomeUnknown(StripeFailure):
    """A timeout, a 5xx or an unreadable answer: it may have happened. Never shown as failed."""
