"""Measures what a page costs. The figures in README are made with `make bench`."""
