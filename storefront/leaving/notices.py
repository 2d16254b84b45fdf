"""Mails about an account that has left; its seller's is written where it is recorded."""

from storefront.mail import service as mail
from storefront.sellers import service as sellers
from storefront.sellers.service import ConnectedAccount
from storefront.store import Tx
from storefront.users import service as users


def tell_operators(tx: Tx, account: ConnectedAccount) -> None:
    """Write to every operator, once for each connection of an account."""
    seller = sellers.seller_by_id(tx, account.seller_id)
    if seller is None:
        return
    said = {
        "shop_name": seller.name,
        "account": account.stripe_account_id,
        "path": f"/admin/sellers/{seller.id}/disconnect",
    }
    for user in users.operators(tx):
        subject = f"{account.stripe_account_id} {account.connected_at} {user.id}"
        mail.enqueue(tx, "account_left", subject, user.email, said)
