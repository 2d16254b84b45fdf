"""Who did what: every act of an operator about money, events and calls."""

from storefront.audit import repository
from storefront.audit.repository import Action

__all__ = ["Action", "of_subject", "record"]

record = repository.append
of_subject = repository.of_subject
