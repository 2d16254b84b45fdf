"""`python -m demo`: the marketplace and a stand-in for Stripe on this machine.

python -m demo           start; the first time with a story of orders
python -m demo reset     forget everything, then start
"""

import signal
import sys
import time
from types import FrameType
from typing import NoReturn
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from demo import settings, story, stripe
from demo.people import PASSWORD
from demo.processes import Processes, check_port
from demo.settings import Demo, Problem
from storefront.seed.catalogue import shops

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _Stop(BaseException):
    """Somebody wants the demo to end."""


def main() -> NoReturn:
    """Run until a signal. Ends with 1 after a problem that a person can put right."""
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        demo = settings.from_environment()
        check_port(demo.sandbox_port, "SANDBOX_PORT", "the Stripe sandbox")
        check_port(demo.port, "PORT", "the marketplace")
        if "reset" in sys.argv[1:] or not demo.told.exists():
            demo.forget()
        _run(demo)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        sys.exit(1)
    except _Stop:
        print("\nStopped. `make demo` goes on where you left it.")
        sys.exit(0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in _SIGNALS:  # a second Ctrl-C must not interrupt the cleaning up
        signal.signal(number, signal.SIG_IGN)
    raise _Stop


def _run(demo: Demo) -> NoReturn:
    with Processes(demo.folder) as processes:
        kept = _start(demo, processes)
        if not demo.told.exists():
            story.tell(demo, kept["STRIPE_SECRET_KEY"], _say)
            demo.told.touch()
        processes.wait_until("The shop's /readyz", lambda: _is_ready(demo))
        print(_welcome(demo), flush=True)
        while True:
            processes.check()
            time.sleep(0.5)


def _start(demo: Demo, processes: Processes) -> dict[str, str]:
    _say("Starting the Stripe sandbox")
    kept = demo.remembered() or settings.new_secrets()
    sandbox = ("--port", str(demo.sandbox_port), "--database", str(demo.folder / "stripe.db"))
    processes.start("sandbox", "stripe_sandbox", *sandbox, env=demo.environment(_complete(kept)))
    processes.wait_until("The sandbox's start", lambda: stripe.answers(demo))
    kept = stripe.set_up(demo, kept)
    demo.remember(kept)
    _say("Starting the marketplace")
    env = demo.environment(kept)
    processes.run("storefront", "migrate", env=env)
    if not demo.told.exists():
        name, email = story.OPERATOR
        operator = ("create-operator", email, "--name", name, "--password-stdin")
        processes.run("storefront", *operator, env=env, stdin=f"{PASSWORD}\n")
    processes.start("worker", "storefront", "worker", env=env)
    processes.start("shop", "storefront", "serve", env=env)
    processes.wait_until("The shop's start", lambda: _is_ready(demo))
    return kept


def _complete(kept: dict[str, str]) -> dict[str, str]:
    """The secrets of the endpoints are not known before the sandbox runs; it needs none."""
    return {"STRIPE_WEBHOOK_SECRET": "", "STRIPE_CONNECT_WEBHOOK_SECRET": ""} | kept


def _is_ready(demo: Demo) -> bool:
    try:
        with build_opener(ProxyHandler({})).open(f"{demo.shop_url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except URLError:
        return False


def _say(text: str) -> None:
    print(text, flush=True)


def _welcome(demo: Demo) -> str:
    sellers = "\n".join(f"  {shop.email:20} sells as {shop.name}" for shop in shops())
    return f"""
The marketplace   {demo.shop_url}
The sandbox       {demo.sandbox_url}   (opens disputes, fails refunds, makes time pass)
Mails             {demo.mail_folder}

Sign in with the password “{PASSWORD}” as
  {story.SHOPPER[1]:20} buys
{sellers}
  {story.OPERATOR[1]:20} operates: {demo.shop_url}/admin

Try this
  1. Put something into the cart, check out, pay with the card 4242 4242 4242 4242.
  2. Watch the order page: it follows the payment, the shipping and the refunds by itself.
  3. As {story.OPERATOR[1]}, refund it: {demo.shop_url}/admin/refunds
  4. As maya@example.com, connect a shop: {demo.shop_url}/sell/connect

Ctrl-C stops everything and keeps the data; `make demo-reset` starts over.
"""


if __name__ == "__main__":
    main()
