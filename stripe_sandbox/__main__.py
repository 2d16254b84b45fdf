"""``python -m stripe_sandbox``: serve the sandbox on a loopback port."""

import argparse
import ipaddress
import signal
import sys
from typing import NoReturn

from stripe_sandbox.switches import Switches, values_of
from stripe_sandbox.testing import running


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m stripe_sandbox", description="A Stripe Connect sandbox."
    )
    parser.add_argument("--host", default="127.0.0.1", help="loopback address to listen on")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument(
        "--database", default=":memory:", help="SQLite file; without it nothing is kept"
    )
    for name, value in Switches().as_dict().items():
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=value)
        else:
            parser.add_argument(flag, choices=values_of(name), default=value)
    return parser


def _check_host(parser: argparse.ArgumentParser, host: str) -> None:
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        parser.error(
            f"--host {host}: the sandbox has no passwords, so it listens on loopback addresses only"
        )


def main() -> NoReturn:
    """Parse the command line and serve until SIGINT or SIGTERM."""
    parser = _parser()
    options = vars(parser.parse_args())
    _check_host(parser, options["host"])
    stop = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop)
    try:
        with running(**options) as sandbox:
            sys.stdout.write(
                f"Stripe sandbox: {sandbox.url} (any sk_test_… key; Ctrl-C stops it)\n"
            )
            sys.stdout.flush()
            signal.sigwait(stop)
    except OSError as error:
        parser.exit(
            1, f"port {options['port']} cannot be used ({error}); choose another with --port\n"
        )
    sys.exit(0)


if __name__ == "__main__":
    main()
