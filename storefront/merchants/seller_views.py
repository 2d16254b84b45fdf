"""In whose name a shop sells, and what shoppers read on their statements, for its seller."""

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from storefront import current, htmx
from storefront.errors import Invalid
from storefront.merchants import service
from storefront.merchants.forms import SuffixForm
from storefront.security.policies import policy
from storefront.sellers import service as sellers
from storefront.sellers.views import own_shop
from storefront.store import Tx

blueprint = Blueprint("seller_merchants", __name__)


@blueprint.get("/sell/merchant")
@policy("seller")
def index() -> ResponseReturnValue:
    """The merchant of record, and the statement with what the shop adds."""
    with current.store().read() as tx:
        stored = service.suffix(tx, own_shop(tx).id)
    return _page(SuffixForm(suffix=stored), stored)


@blueprint.post("/sell/merchant")
@policy("seller")
def change() -> ResponseReturnValue:
    """Change what the shop adds on statements."""
    form = SuffixForm(request.form)
    try:
        with current.store().transaction() as tx:
            service.change_suffix(tx, own_shop(tx).id, form.suffix.data or "")
    except Invalid as error:
        form.suffix.errors = [error.message]
        return _page(form, (form.suffix.data or "").upper(), error.status)
    flash("This stands on statements from the next sale on.", "success")
    return htmx.redirect(url_for("seller_merchants.index"))


@blueprint.get("/sell/merchant/statement")
@policy("seller")
def statement() -> ResponseReturnValue:
    """The line on a statement with what is being typed."""
    typed = " ".join(request.args.get("suffix", "").upper().split())[: service.SUFFIX_LENGTH]
    with current.store().read() as tx:
        line = _line(tx, typed)
    return render_template("merchants/_statement.html", line=line)


def _line(tx: Tx, suffix: str) -> str:
    name = current.config().platform_name
    return service.statement_of(tx, own_shop(tx).id, name, suffix)


def _page(form: SuffixForm, typed: str, status: int = 200) -> ResponseReturnValue:
    with current.store().read() as tx:
        seller = own_shop(tx)
        account = sellers.account_of(tx, seller.id)
        page = render_template(
            "merchants/of_shop.html",
            form=form,
            account=account,
            in_own_name=bool(account and account.on_behalf_of),
            why_platform=service.why_platform(tx, account) if account else "",
            length=service.SUFFIX_LENGTH,
            line=_line(tx, typed[: service.SUFFIX_LENGTH]),
        )
    return page, status
