"""Two actors that go on one step at a time, in an order that a test chooses.

A step is what lies between two points at which another process could come in between: before and
after each transaction, before and after each call to Stripe. Store and gateway are wrapped from
outside, as `crashing` does.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from storefront.current import Services
from storefront.store import Tx

SECONDS = 20


class Actor:
    """One that does something in a thread of its own and stops at each step."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._go, self._stopped = threading.Semaphore(0), threading.Semaphore(0)
        self._free = self.done = False
        self.error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, args=(action,), daemon=True)

    def _run(self, action: Callable[[], None]) -> None:
        self._go.acquire(timeout=SECONDS)
        try:
            action()
        except BaseException as error:
            self.error = error
        self.done = True
        self._stopped.release()

    def stop(self) -> None:
        """Called in the actor's thread at each step."""
        if not self._free:
            self._stopped.release()
            self._go.acquire(timeout=SECONDS)

    def go_on(self) -> None:
        """Let it take one step, if it has not ended."""
        if not self.done:
            self._go.release()
            assert self._stopped.acquire(timeout=SECONDS), "an actor hangs"

    def finish(self) -> None:
        """Let it run to its end."""
        self._free = True
        self._go.release()
        self.thread.join(SECONDS)
        assert self.done
        if self.error is not None:
            raise self.error


class Stage:
    """Where actors play: it stops whoever is one of them at each step."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._actors: dict[int, Actor] = {}
        self._transaction, self._send = services.store.transaction, services.gateway.send

    def __enter__(self) -> "Stage":
        self._services.store.transaction = self._counted  # type: ignore[method-assign]
        self._services.gateway.send = self._sent  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        self._services.store.transaction = self._transaction  # type: ignore[method-assign]
        self._services.gateway.send = self._send  # type: ignore[method-assign]

    def play(self, schedule: Iterable[str], actions: dict[str, Callable[[], None]]) -> None:
        """Play actors, named by a letter each, as a word of letters says; then to their ends."""
        playing = {name: Actor(action) for name, action in actions.items()}
        for actor in playing.values():
            actor.thread.start()
            self._actors[actor.thread.ident or 0] = actor
        for name in schedule:
            playing[name].go_on()
        for actor in playing.values():
            actor.finish()
        self._actors.clear()

    def _stop(self) -> None:
        if actor := self._actors.get(threading.get_ident()):
            actor.stop()

    @contextmanager
    def _counted(self) -> Iterator[Tx]:
        nested = self._services.store.in_transaction
        if not nested:
            self._stop()
        with self._transaction() as tx:
            yield tx
        if not nested:
            self._stop()

    def _sent(self, *arguments: Any) -> dict[str, Any]:
        self._stop()
        answer = self._send(*arguments)
        self._stop()
        return answer
