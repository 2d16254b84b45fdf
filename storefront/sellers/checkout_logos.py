"""Logos for Checkout: a picture that Stripe shows must be uploaded to Stripe first.

https://docs.stripe.com/file-upload (purpose `business_logo`, at most 512 KB). The worker does
it, so that a seller never waits for Stripe; until then Checkout shows the shop's name.
"""

import logging

from storefront.current import Services
from storefront.media import Media
from storefront.sellers import repository
from storefront.stripe_gateway.failures import StripeFailure

log = logging.getLogger(__name__)

_BATCH = 5


def upload_missing(services: Services) -> int:
    """Upload the logos that Stripe lacks; how many. What fails is tried again later."""
    with services.store.read() as tx:
        missing = repository.logos_to_upload(tx, _BATCH)
    return sum(_upload(services, row["id"], row["logo_key"]) for row in missing)


def _upload(services: Services, seller_id: str, logo_key: str) -> int:
    with Media(services.config.media_root).open(logo_key) as file:
        content = file.read()
    try:
        answer = services.gateway.upload_file("business_logo", "logo.png", content)
    except StripeFailure as failure:
        log.warning("logo.not_uploaded", extra={"seller": seller_id, "code": failure.code})
        return 0
    with services.store.transaction() as tx:
        repository.note_stripe_logo(tx, seller_id, logo_key, answer["id"])
    return 1
