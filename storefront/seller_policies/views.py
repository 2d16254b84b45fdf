"""The operator's page of one kind of policy: a form for the platform, one for a seller, a list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from storefront import current, htmx
from storefront.errors import StorefrontError
from storefront.security.policies import policy
from storefront.seller_policies.forms import PLATFORM, SELLER, PolicyForm
from storefront.seller_policies.service import P, Policies
from storefront.store import Tx


def _nothing(_tx: Tx) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class PolicyPage(Generic[P]):
    """A page, and what is said on it: after deciding, and after removing a seller's policy.

    The template gets `platform` and `seller`, the two forms, and what `more` adds;
    templates/_macros/seller_policies.html shows them.
    """

    policies: Policies[P]
    form: type[PolicyForm[P]]
    template: str
    decided: str
    removed: str
    more: Callable[[Tx], dict[str, Any]] = _nothing

    def add_to(self, blueprint: Blueprint, address: str) -> None:
        """Give a blueprint the routes `index`, `decide` and `remove`."""

        @blueprint.get(address)
        @policy("operator")
        def index() -> ResponseReturnValue:
            return self._show(None)

        @blueprint.post(address)
        @policy("operator")
        def decide() -> ResponseReturnValue:
            return self._decide()

        @blueprint.post(f"{address}/<seller_id>/remove")
        @policy("operator")
        def remove(seller_id: str) -> ResponseReturnValue:
            with current.store().transaction() as tx:
                self.policies.forget(tx, seller_id, current_user.id)
            flash(self.removed, "success")
            return htmx.redirect(url_for(".index"))

    def _decide(self) -> ResponseReturnValue:
        form = self.form(SELLER if "shop" in request.form else PLATFORM, request.form)
        try:
            with current.store().transaction() as tx:
                self.policies.decide(tx, form.wanted(), current_user.id)
        except StorefrontError as error:
            form.form_errors.append(error.message)
            return self._show(form, error.status)
        flash(self.decided, "success")
        return htmx.redirect(url_for(".index"))

    def _show(self, sent: PolicyForm[P] | None, status: int = 200) -> ResponseReturnValue:
        """The page; a form that was sent stays as it was typed."""
        with current.store().read() as tx:
            context = {
                PLATFORM: self.form(PLATFORM, obj=self.policies.of_platform(tx)),
                SELLER: self.form(SELLER),
                "noun": self.policies.noun,
                "of_sellers": self.policies.of_sellers(tx),
                **self.more(tx),
            }
        if sent is not None:
            context[sent.whose] = sent
        return render_template(self.template, **context), status
