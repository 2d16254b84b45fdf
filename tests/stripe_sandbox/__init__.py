"""The sandbox, through the real SDK over HTTP."""
