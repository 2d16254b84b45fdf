"""A marketplace on Stripe Connect. `create_app` is its table of contents, in order."""

from functools import partial
from pathlib import Path

from flask import Flask

from storefront import (
    body_limits,
    current,
    error_pages,
    hosts,
    htmx,
    installation,
    request_log,
    security,
    templating,
    vendor,
)
from storefront.admin.views import blueprint as admin
from storefront.assembly import assemble
from storefront.branding.views import blueprint as branding
from storefront.cart.views import blueprint as cart
from storefront.catalog.picture_views import blueprint as pictures
from storefront.catalog.seller_views import blueprint as listings
from storefront.catalog.views import blueprint as catalog
from storefront.checkout.views import blueprint as checkout
from storefront.config import Config
from storefront.current import Services
from storefront.debts.seller_views import blueprint as seller_debts
from storefront.debts.tiles import tiles as debt_tiles
from storefront.debts.views import blueprint as debts
from storefront.dispute_numbers.views import blueprint as dispute_numbers
from storefront.disputes import panels as dispute_panels
from storefront.disputes.policy_views import blueprint as dispute_policies
from storefront.disputes.seller_views import blueprint as seller_disputes
from storefront.disputes.views import blueprint as disputes
from storefront.earnings.admin_views import blueprint as seller_earnings
from storefront.earnings.tiles import tiles as earnings_tiles
from storefront.earnings.views import blueprint as earnings
from storefront.evidence.rule_views import blueprint as answer_rules
from storefront.evidence.seller_views import blueprint as seller_evidence
from storefront.evidence.views import blueprint as evidence
from storefront.external_refunds.views import blueprint as external_refunds
from storefront.fee_rules.views import blueprint as fee_rules
from storefront.fraud_warnings import panels as fraud_warning_panels
from storefront.fraud_warnings.views import blueprint as fraud_warnings
from storefront.funds.views import blueprint as funds
from storefront.health.views import blueprint as health
from storefront.leaving.admin_views import blueprint as leaving_admin
from storefront.leaving.views import blueprint as leaving
from storefront.listing_imports.views import blueprint as listing_imports
from storefront.merchants.seller_views import blueprint as seller_merchants
from storefront.merchants.views import blueprint as merchants
from storefront.messages import page as message_page
from storefront.messages.seller_views import blueprint as seller_messages
from storefront.messages.views import blueprint as messages
from storefront.orders import panels
from storefront.orders.panels import show_panel
from storefront.orders.tiles import tiles as order_tiles
from storefront.orders.views import blueprint as orders
from storefront.payouts.views import blueprint as payouts
from storefront.plan_pages.seller_views import blueprint as seller_plan
from storefront.plan_pages.views import blueprint as plans_admin
from storefront.platform_setup.views import blueprint as platform_setup
from storefront.reconciliation.views import blueprint as reconciliation
from storefront.refund_requests import page as request_page
from storefront.refund_requests.admin_views import blueprint as admin_requests
from storefront.refund_requests.seller_views import blueprint as seller_requests
from storefront.refund_requests.views import blueprint as refund_requests
from storefront.refunds.fee_return_views import blueprint as fee_returns
from storefront.refunds.policy_views import blueprint as refund_policies
from storefront.refunds.views import blueprint as refunds
from storefront.repayments.views import blueprint as repayments
from storefront.sales.views import blueprint as sales
from storefront.security import policies
from storefront.seller_data.views import blueprint as seller_data
from storefront.sellers.admin_views import blueprint as sellers_admin
from storefront.sellers.connect_views import blueprint as connect
from storefront.sellers.dashboard import show_tiles
from storefront.sellers.views import blueprint as sellers
from storefront.shipping.slip_views import blueprint as slips
from storefront.shipping.views import blueprint as shipping
from storefront.statements.views import blueprint as statements
from storefront.stored_pages.seller_views import blueprint as seller_stored_pages
from storefront.stored_pages.views import blueprint as stored_pages
from storefront.subscriptions import page as subscription_page
from storefront.subscriptions.admin_views import blueprint as admin_subscriptions
from storefront.subscriptions.seller_views import blueprint as seller_subscriptions
from storefront.subscriptions.views import blueprint as subscriptions
from storefront.users.service import find_person
from storefront.users.views import blueprint as users
from storefront.webhooks.views import blueprint as webhooks

ROOT = Path(__file__).parents[1]


def create_app(config: Config | None = None, services: Services | None = None) -> Flask:
    """The web application. Without arguments everything comes from the environment.

    Raises ConfigError when settings are wrong, or the database is not ready for them.
    """
    services = services or (assemble(config) if config else _from_environment())
    config = services.config
    app = Flask(
        __name__, template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "static")
    )
    current.attach(app, services)

    templating.init_app(app, config)
    request_log.init_app(app)
    hosts.init_app(app, config)
    body_limits.init_app(app)
    security.init_app(app, config, services.store, partial(find_person, services.store))
    htmx.init_app(app)
    error_pages.init_app(app)

    app.register_blueprint(vendor.blueprint)
    app.register_blueprint(catalog)
    app.register_blueprint(cart)
    app.register_blueprint(checkout)
    app.register_blueprint(orders)
    app.register_blueprint(subscriptions)
    app.register_blueprint(seller_subscriptions)
    app.register_blueprint(admin_subscriptions)
    show_panel(app, panels.SHOPPER, subscription_page.panel_of_shopper)
    show_panel(app, panels.SELLER, subscription_page.panel_of_seller)
    show_panel(app, panels.OPERATOR, subscription_page.panel_of_operator)
    app.register_blueprint(refunds)
    app.register_blueprint(refund_policies)
    app.register_blueprint(fee_returns)
    app.register_blueprint(debts)
    app.register_blueprint(seller_debts)
    app.register_blueprint(repayments)
    app.register_blueprint(external_refunds)
    app.register_blueprint(disputes)
    app.register_blueprint(dispute_policies)
    app.register_blueprint(seller_disputes)
    app.register_blueprint(fraud_warnings)
    app.register_blueprint(dispute_numbers)
    app.register_blueprint(evidence)
    app.register_blueprint(seller_evidence)
    app.register_blueprint(answer_rules)
    show_panel(app, panels.SHOPPER, dispute_panels.of_shopper)
    show_panel(app, panels.SELLER, dispute_panels.of_seller)
    show_panel(app, panels.OPERATOR, fraud_warning_panels.of_operator)
    show_panel(app, panels.OPERATOR, dispute_panels.of_operator)
    app.register_blueprint(refund_requests)
    app.register_blueprint(seller_requests)
    app.register_blueprint(admin_requests)
    show_panel(app, panels.SHOPPER, request_page.panel_of_shopper)
    show_panel(app, panels.SELLER, request_page.panel_of_seller)
    show_panel(app, panels.OPERATOR, request_page.panel_of_operator)
    app.register_blueprint(sales)
    app.register_blueprint(shipping)
    app.register_blueprint(slips)
    app.register_blueprint(messages)
    app.register_blueprint(seller_messages)
    show_panel(app, panels.SHOPPER, message_page.panel_of_shopper)
    show_panel(app, panels.SELLER, message_page.panel_of_seller)
    show_panel(app, panels.OPERATOR, message_page.panel_of_operator)
    app.register_blueprint(users)
    app.register_blueprint(sellers)
    show_tiles(app, order_tiles)
    show_tiles(app, earnings_tiles)
    show_tiles(app, message_page.tiles)
    show_tiles(app, request_page.tiles)
    show_tiles(app, debt_tiles)
    show_tiles(app, dispute_panels.tiles)
    app.register_blueprint(connect)
    app.register_blueprint(leaving)
    app.register_blueprint(leaving_admin)
    app.register_blueprint(seller_data)
    app.register_blueprint(sellers_admin)
    app.register_blueprint(listings)
    app.register_blueprint(listing_imports)
    app.register_blueprint(pictures)
    app.register_blueprint(webhooks)
    app.register_blueprint(admin)
    app.register_blueprint(fee_rules)
    app.register_blueprint(plans_admin)
    app.register_blueprint(seller_plan)
    app.register_blueprint(merchants)
    app.register_blueprint(seller_merchants)
    app.register_blueprint(branding)
    app.register_blueprint(funds)
    app.register_blueprint(earnings)
    app.register_blueprint(seller_earnings)
    app.register_blueprint(payouts)
    app.register_blueprint(statements)
    app.register_blueprint(reconciliation)
    app.register_blueprint(stored_pages)
    app.register_blueprint(seller_stored_pages)
    app.register_blueprint(platform_setup)
    app.register_blueprint(health)

    policies.check(app)
    return app


def _from_environment() -> Services:
    config = Config.from_env()
    request_log.configure(config.log_level)
    services = assemble(config)
    installation.check(services.store, config)
    return services
