"""Pictures for Checkout: what Stripe shows must be uploaded to Stripe first.

https://docs.stripe.com/file-upload (purposes `business_logo` and `business_icon`, at most 512 KB).
The worker does it, so that a seller never waits for Stripe; until then Checkout shows the shop's
name.
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


def upload(services: Services, kind: str, media_key: str) -> str | None:
    """Upload a stored picture, a `logo` or an `icon`; Stripe's file id, None if it fails."""
    with Media(services.config.media_root).open(media_key) as file:
        content = file.read()
    try:
        answer = services.gateway.upload_file(f"business_{kind}", f"{kind}.png", content)
    except StripeFailure as failure:
        log.warning(
            "picture.not_uploaded",
            extra={"kind": kind, "picture": media_key, "code": failure.code},
        )
        return None
    return str(answer["id"])


def _upload(services: Services, seller_id: str, logo_key: str) -> int:
    file_id = upload(services, "logo", logo_key)
    if file_id is None:
        return 0
    with services.store.transaction() as tx:
        repository.note_stripe_logo(tx, seller_id, logo_key, file_id)
    return 1
