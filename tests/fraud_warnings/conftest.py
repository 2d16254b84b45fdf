"""What the tests about early fraud warnings share."""

from tests.disputes.conftest import books, config, decide, dispute, enrich, of, olga, paid, refund

__all__ = ["books", "config", "decide", "dispute", "enrich", "of", "olga", "paid", "refund"]
