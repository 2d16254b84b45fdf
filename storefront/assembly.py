"""Where the features meet: who answers which event, which outcome, which recurring job.

Features never import those that come after them (docs/ARCHITECTURE.md); what must call back
is registered here.
"""

from functools import partial

from storefront.branding import service as branding
from storefront.cart import service as cart
from storefront.checkout import events as checkout_events
from storefront.checkout import outcomes as checkout_outcomes
from storefront.config import Config
from storefront.current import Services
from storefront.debts import service as debts
from storefront.disputes import recovery
from storefront.disputes import service as disputes
from storefront.disputes.follow import follow as follow_disputes
from storefront.evidence import answering, reminders, sending
from storefront.fee_rules import service as fee_rules
from storefront.fraud_warnings.follow import follow as follow_fraud_warnings
from storefront.leaving import events as leaving_events
from storefront.leaving import service as leaving
from storefront.listing_imports import service as listing_imports
from storefront.mail import service as mail
from storefront.merchants import service as merchants
from storefront.orders import service as orders
from storefront.orders.settlement import Settlement
from storefront.plans import buying
from storefront.plans import follow as plans_follow
from storefront.plans import income as plan_income
from storefront.plans import service as plans
from storefront.reconciliation import service as reconciliation
from storefront.refund_requests.follow import follow as follow_requests
from storefront.refunds import outcomes as refund_outcomes
from storefront.refunds.follow import follow as follow_refunds
from storefront.refunds.unfulfillable import refund_unfulfillable
from storefront.repayments import service as repayments
from storefront.security import rate_limit, sessions
from storefront.sellers import accounts, checkout_logos, connecting, creating
from storefront.sellers import events as sellers_events
from storefront.store import open_store
from storefront.stored_data import events as stored_data_events
from storefront.stored_data import service as stored_data
from storefront.stripe_calls import service as stripe_calls
from storefront.stripe_calls.outcomes import Outcomes
from storefront.stripe_gateway.client import Gateway
from storefront.stripe_objects.events import Handlers
from storefront.stripe_subscriptions import events as subscription_events
from storefront.stripe_subscriptions import service as stripe_subscriptions
from storefront.stripe_subscriptions.registry import Subscriptions
from storefront.subscriptions import follow as follow_subscriptions
from storefront.subscriptions import mails as subscription_mails
from storefront.subscriptions import renewals
from storefront.subscriptions import service as shop_subscriptions
from storefront.users import service as users
from storefront.webhooks import service as webhooks
from storefront.worker import Job


def assemble(config: Config) -> Services:
    """The services of one process. Opens no connection yet, so a server may fork afterwards."""
    store = open_store(config.database_url)
    services = Services(
        config=config,
        store=store,
        gateway=Gateway(config, store),
        outcomes=Outcomes(),
        handlers=Handlers(),
        settlement=Settlement(),
        subscriptions=Subscriptions(),
    )
    _register_outcomes(services)
    _register_events(services)
    _register_followers(services)
    _register_jobs(services)
    return services


def _register_outcomes(services: Services) -> None:
    """What happens when Stripe has answered a call that moves money."""
    checkout_outcomes.register(services.outcomes, services.settlement)
    refund_outcomes.register(services.outcomes, services.settlement)
    debts.register(services.outcomes, services.handlers, services.settlement)
    repayments.register(services.outcomes, services.handlers)
    sending.register(services.outcomes, services.settlement)
    creating.register(services.outcomes)
    leaving.register(services.outcomes)
    stripe_subscriptions.register(services.outcomes)
    shop_subscriptions.register(services.outcomes)
    plans.register(services.outcomes)
    buying.register(services.outcomes)


def _register_events(services: Services) -> None:
    """Who folds which event."""
    checkout_events.register(services.handlers, services.settlement, services.subscriptions)
    subscription_events.register(services.handlers)
    stored_data_events.register(services.handlers)
    sellers_events.register(services.handlers)
    leaving_events.register(services.handlers, services.config.stripe_client_id)


def _register_followers(services: Services) -> None:
    """Who looks at an order after every change of it."""
    services.settlement.followers += [
        webhooks.adopt,
        follow_refunds,
        follow_requests,
        repayments.heal,
        follow_disputes,
        recovery.follow,
        follow_fraud_warnings,
        follow_subscriptions.order,
    ]
    services.settlement.newcomers.append(renewals.newcomer)
    services.subscriptions.followers.append(
        partial(follow_subscriptions.subscription, services.settlement)
    )
    services.subscriptions.sessions.append(
        partial(follow_subscriptions.session, services.settlement)
    )
    services.subscriptions.followers.append(partial(plans_follow.follow, fee_rules.own_fee))
    services.subscriptions.sessions.append(buying.completed)
    services.subscriptions.income.append(plan_income.fold)


def _register_jobs(services: Services) -> None:
    """What the worker does again and again, at most this often (seconds)."""
    services.jobs.extend(
        (
            Job("stripe_calls", 1, stripe_calls.resume_due),
            Job("webhooks", 1, webhooks.fold_due),
            Job("payments", 1, orders.read_wanted),
            Job("unfulfillable", 5, refund_unfulfillable),
            Job("repayments", 5, repayments.retry_due),
            Job("debts", 5, debts.settle_due),
            Job("disputes", 5, disputes.read_fees),
            Job("reminders", 300, reminders.remind_due),
            Job("answers", 60, answering.answer_due),
            Job("reconciliation", 2, reconciliation.run_due),
            Job("earnings_data", 10, stored_data.begin_due),
            Job("stored_data", 1, stored_data.run_due),
            Job("stored_leavers", 3600, stored_data.forget_left),
            Job(
                "old_contents", 86400, partial(webhooks.forget_old, types=stored_data_events.TYPES)
            ),
            Job("leaving", 2, leaving_events.settle_doubts),
            Job("lost_accounts", 3600, leaving_events.settle_lost),
            Job("coming_back", 2, leaving.come_back),
            Job("accounts", 2, accounts.refresh_stale),
            Job("subscriptions", 2, stripe_subscriptions.read_due),
            Job("invoices", 2, renewals.read_due),
            Job("plan_sessions", 5, buying.look_at_due),
            Job("plans_leaving", 5, plans_follow.follow_leaving),
            Job("logos", 5, checkout_logos.upload_missing),
            Job("icons", 5, branding.upload_missing),
            Job("platform", 60, merchants.read_platform),
            Job("listing_imports", 1, listing_imports.run_due),
            Job("mail", 2, partial(mail.send_due, load=subscription_mails.load)),
            Job("old_carts", 3600, cart.clean_up),
            Job("old_imports", 3600, listing_imports.clean_up),
            Job("old_sessions", 600, sessions.clean_up),
            Job("old_limits", 600, rate_limit.clean_up),
            Job("old_tokens", 3600, users.clean_up),
            Job("old_oauth_states", 3600, connecting.clean_up),
        )
    )
