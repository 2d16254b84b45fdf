"""Every route of the application: who may use it, and what it is about.

A new route needs a row here. `about` names one of the things that `World` makes; with a `*`
behind it the answer may be anything but a leak (an empty cart, a health check).
"""

from typing import Literal, NamedTuple

from storefront.security.policies import Policy

About = Literal[
    "", "*", "listing", "picture", "sold", "order", "link", "refund", "seller", "event", "call",
    "shop", "shop*", "page", "media", "reset", "confirm", "confirmed", "line*", "file", "script",
    "reconciliation", "object", "fee_rule", "refund_policy",
]  # fmt: skip


class Route(NamedTuple):
    """One row."""

    method: str
    endpoint: str
    policy: Policy
    about: About = ""


ROUTES = (
    # shoppers
    Route("GET", "catalog.index", "public"),
    Route("GET", "catalog.listing", "public", "page"),
    Route("GET", "catalog.shop", "public", "shop"),
    Route("GET", "catalog.picture", "public", "media"),
    Route("GET", "sellers.brand", "public", "shop"),
    Route("GET", "cart.index", "public"),
    Route("POST", "cart.add", "public", "*"),
    Route("POST", "cart.change", "public", "line*"),
    Route("POST", "cart.remove", "public", "line*"),
    Route("POST", "checkout.start", "public", "shop*"),
    Route("GET", "checkout.returned", "public", "*"),
    Route("GET", "orders.index", "signed_in"),
    Route("GET", "orders.show", "link", "link"),
    Route("GET", "orders.status", "link", "link"),
    Route("POST", "orders.again", "link", "link"),
    # people
    Route("GET", "users.sign_in", "public"),
    Route("GET", "users.sign_up", "public"),
    Route("POST", "users.create", "public"),
    Route("GET", "users.mail_sent", "public"),
    Route("GET", "users.forgotten_password", "public"),
    Route("POST", "users.send_reset", "public"),
    Route("GET", "users.reset_password", "link", "reset"),
    Route("POST", "users.set_password", "link", "reset"),
    Route("GET", "users.confirm_address", "signed_in", "confirmed"),
    Route("POST", "users.confirm", "signed_in", "confirm"),
    Route("GET", "users.account", "signed_in"),
    Route("POST", "users.rename", "signed_in"),
    Route("POST", "users.change_password", "signed_in"),
    Route("POST", "users.resend_confirmation", "signed_in"),
    # sellers
    Route("GET", "sellers.open_shop", "signed_in"),
    Route("POST", "sellers.create_shop", "signed_in"),
    Route("GET", "sellers.home", "seller"),
    Route("GET", "sellers.shop", "seller"),
    Route("POST", "sellers.edit_shop", "seller"),
    Route("POST", "sellers.change_logo", "seller"),
    Route("POST", "sellers.remove_logo", "seller"),
    Route("GET", "connect.account", "seller"),
    Route("POST", "connect.start", "seller"),
    Route("POST", "connect.refresh", "seller"),
    Route("GET", "connect.callback", "public", "*"),
    Route("GET", "listings.index", "seller"),
    Route("GET", "listings.new", "seller"),
    Route("POST", "listings.create", "seller"),
    Route("POST", "listings.preview", "seller"),
    Route("GET", "listings.edit", "seller", "listing"),
    Route("POST", "listings.save", "seller", "listing"),
    Route("GET", "listings.price", "seller", "listing"),
    Route("POST", "listings.save_price", "seller", "listing"),
    Route("GET", "listings.row", "seller", "listing"),
    Route("POST", "listings.publish", "seller", "listing"),
    Route("POST", "listings.pause", "seller", "listing"),
    Route("POST", "pictures.add", "seller", "listing"),
    Route("POST", "pictures.describe", "seller", "picture"),
    Route("POST", "pictures.move", "seller", "picture"),
    Route("POST", "pictures.remove", "seller", "picture"),
    Route("POST", "listings.delete", "seller", "listing"),
    Route("GET", "orders.of_shop", "seller"),
    Route("GET", "orders.sold", "seller", "sold"),
    Route("POST", "orders.ship", "seller", "sold"),
    Route("GET", "funds.sold", "seller", "sold"),
    # operators
    Route("GET", "admin.overview", "operator"),
    Route("GET", "admin.order_index", "operator"),
    Route("GET", "admin.order", "operator", "order"),
    Route("GET", "admin.stripe_object", "operator", "object"),
    Route("GET", "funds.order", "operator", "order"),
    Route("GET", "fee_rules.index", "operator"),
    Route("POST", "fee_rules.add", "operator"),
    Route("POST", "fee_rules.end", "operator", "fee_rule"),
    Route("GET", "fee_rules.simulate", "operator"),
    Route("GET", "fee_rules.report", "operator"),
    Route("GET", "fee_rules.report_csv", "operator"),
    Route("GET", "admin.events", "operator"),
    Route("GET", "admin.event", "operator", "event"),
    Route("POST", "admin.replay", "operator", "event"),
    Route("GET", "admin.calls", "operator"),
    Route("GET", "admin.call", "operator", "call"),
    Route("POST", "admin.try_call", "operator", "call"),
    Route("GET", "refunds.index", "operator"),
    Route("GET", "refunds.order", "operator", "order"),
    Route("POST", "refunds.preview", "operator", "order"),
    Route("POST", "refunds.confirm", "operator", "order"),
    Route("POST", "refunds.create", "operator", "order"),
    Route("GET", "refunds.show", "operator", "refund"),
    Route("GET", "refunds.status", "operator", "refund"),
    Route("GET", "refunds.seller_balance", "operator", "order"),
    Route("POST", "refunds.approve", "operator", "refund"),
    Route("POST", "refunds.decline", "operator", "refund"),
    Route("GET", "refund_policies.index", "operator"),
    Route("POST", "refund_policies.decide", "operator", "*"),
    Route("POST", "refund_policies.remove", "operator", "refund_policy"),
    Route("GET", "fee_returns.show", "operator", "order"),
    Route("POST", "fee_returns.create", "operator", "order"),
    Route("GET", "repayments.index", "operator"),
    Route("GET", "repayments.show", "operator", "refund"),
    Route("POST", "repayments.create", "operator", "refund"),
    Route("GET", "reconciliation.index", "operator"),
    Route("POST", "reconciliation.start", "operator", "*"),
    Route("GET", "reconciliation.show", "operator", "reconciliation"),
    Route("GET", "reconciliation.progress", "operator", "reconciliation"),
    Route("GET", "sellers_admin.index", "operator"),
    Route("GET", "sellers_admin.seller", "operator", "seller"),
    Route("POST", "sellers_admin.refresh", "operator", "seller"),
    # machines
    Route("POST", "webhooks.platform", "stripe"),
    Route("POST", "webhooks.connect", "stripe"),
    Route("GET", "health.healthz", "public"),
    Route("GET", "health.readyz", "public", "*"),
    Route("GET", "static", "public", "file"),
    Route("GET", "vendor.static", "public", "script"),
    # the way in and out comes last: it changes who is asking
    Route("POST", "users.enter", "public"),
    Route("POST", "users.sign_out", "public"),
)
