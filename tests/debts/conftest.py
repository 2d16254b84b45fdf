"""The fixtures about refunds serve here too."""

from tests.refunds.conftest import books, config, enrich, now, paid, refund

__all__ = ["books", "config", "enrich", "now", "paid", "refund"]
