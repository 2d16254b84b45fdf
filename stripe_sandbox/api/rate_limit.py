"""How many requests a second are answered, if the switch ``rate_limit`` says so."""

import threading
import time
from collections import deque

from stripe_sandbox.api.errors import too_many
from stripe_sandbox.switches import Switches


class RateLimit:
    """Counts the requests of the last second of real time, of all accounts together."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches
        self._taken: deque[float] = deque()
        self._guard = threading.Lock()

    def take(self) -> None:
        """Count one request, or raise the 429 that Stripe answers."""
        if self._switches.rate_limit == "off":
            return
        with self._guard:
            now = time.monotonic()
            while self._taken and self._taken[0] <= now - 1:
                self._taken.popleft()
            if len(self._taken) >= int(self._switches.rate_limit):
                raise too_many()
            self._taken.append(now)
