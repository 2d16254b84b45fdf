"""The failures that a person is told about. Each kind carries the HTTP status of its page.

`message` is a sentence for a person: what is wrong and what to do next. Programming
mistakes are no StorefrontError; they become the 500 page.
"""


class StorefrontError(Exception):
    """A failure with a message for a person and an HTTP status."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(StorefrontError):
    """What was sent does not make sense: a quantity of -1, an unknown currency."""

    status = 422


class SignInNeeded(StorefrontError):
    """Only somebody who is signed in may do this."""

    status = 401


class Forbidden(StorefrontError):
    """Not for this person, and knowing that it exists does no harm."""

    status = 403


class NotFound(StorefrontError):
    """Absent, or somebody else's: the two look the same."""

    status = 404

    def __init__(self, message: str = "We could not find that page.") -> None:
        super().__init__(message)


class Refused(StorefrontError):
    """A rule says no: sold out, already refunded, changed by somebody else meanwhile."""

    status = 409


class TooMany(StorefrontError):
    """Too many tries. `retry_after` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Busy(StorefrontError):
    """A database or Stripe did not answer in time; trying again soon is right."""

    status = 503
    retry_after = 5
