"""Balances and the books behind them."""
