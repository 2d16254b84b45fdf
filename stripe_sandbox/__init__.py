"""A stateful stand-in for Stripe Connect that runs on a loopback port.

It is a program of its own: nothing here knows the programs that are tested with it.
"""

from stripe_sandbox.app import create_app
from stripe_sandbox.sandbox import Sandbox

__all__ = ["Sandbox", "create_app"]
