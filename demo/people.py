"""What people do in the story, each step through the pages that anybody would use."""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

from demo.browser import Browser, Page, Values
from demo.pictures import logo, picture
from demo.settings import Demo, Problem
from storefront.seed.catalogue import Item, Shop
from storefront.slugs import slug_of

PASSWORD = "welcome to the demo"  # noqa: S105 - of made-up people on a loopback address

_CARD = {"card_number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}
_ADDRESS = {
    "shipping_line1": "12 Harbour Lane",
    "shipping_city": "Portsmouth",
    "shipping_postal_code": "03801",
    "shipping_state": "NH",
    "shipping_country": "US",
}
_PATIENCE = 30


class Person:
    """Somebody with a browser and a mailbox."""

    def __init__(self, demo: Demo, name: str, email: str) -> None:
        self.name = name
        self.email = email
        self.browser = Browser(demo.shop_url)
        self._mails = demo.mail_folder

    def sign_up(self) -> None:
        """Make an account and confirm its address with the link that arrives by mail."""
        form = self.browser.get("/sign-up").form("/sign-up")
        said = {"name": self.name, "email": self.email, "password": PASSWORD}
        self.browser.submit(form, said)
        self.sign_in()
        link = self._mailed_link("/confirm-address/")
        self.browser.submit(self.browser.get(link).form(link.rpartition("/")[2]))

    def sign_in(self) -> None:
        """Begin a session."""
        form = self.browser.get("/sign-in").form("/sign-in")
        self.browser.submit(form, {"email": self.email, "password": PASSWORD})

    def _mailed_link(self, part: str) -> str:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            for file in sorted(self._mails.glob("*.eml"), reverse=True):
                if found := self._link_in(file, part):
                    return found
            time.sleep(0.2)
        raise Problem(f"No mail with {part} reached {self.email}; look into {self._mails}.")

    def _link_in(self, file: Path, part: str) -> str:
        message = message_from_bytes(file.read_bytes(), policy=policy.default)
        if message["To"] != self.email:
            return ""
        found = re.search(rf"https?://\S*{re.escape(part)}\S+", message.get_content())
        return found[0] if found else ""


class Seller(Person):
    """Somebody who runs a shop."""

    def __init__(self, demo: Demo, shop: Shop) -> None:
        super().__init__(demo, shop.owner, shop.email)
        self.shop = shop

    def open_shop(self) -> None:
        """Open the shop and give it a logo."""
        shop = self.shop
        form = self.browser.get("/sell/open").form("/sell/open")
        said: Values = {
            "name": shop.name,
            "story": shop.story,
            "currency": shop.currency,
            "primary_color": shop.primary_color,
            "secondary_color": shop.secondary_color,
            "refund_policy": shop.refund_policy,
            "countries": list(shop.countries),
            "shipping": shop.shipping,
        }
        self.browser.submit(form, said)
        form = self.browser.get("/sell/brand").form("/sell/brand/logo")
        drawn = [("picture", "logo.png", logo(shop.name, shop.palette))]
        self.browser.submit(form, files=drawn)

    def connect(self) -> None:
        """Go to Stripe's consent page, create an account there, and come back."""
        form = self.browser.get("/sell/connect").form("/sell/connect")
        consent = self.browser.submit(form)
        said = {
            "decision": "create",
            "business_name": self.shop.name,
            "email": self.email,
            "country": self.shop.country,
            "currency": self.shop.currency,
        }
        create = next(form for form in consent.forms if form.has("business_name"))
        self.browser.submit(create, said)

    def list_item(self, item: Item) -> None:
        """Write a listing, add its pictures, publish it."""
        form = self.browser.get("/sell/listings/new").form("/sell/listings/new")
        said = {"title": item.title, "category": item.category, "price": item.price}
        said |= {"description": item.description, "stock": item.stock, "billing": item.billing}
        chosen = {"requires_shipping": item.shipped, "unlimited": not item.stock}
        form.fields = [(name, value) for name, value in form.fields if name not in chosen]
        editor = self.browser.submit(form, said | {name: "y" for name in chosen if chosen[name]})
        drawn = [
            ("pictures", f"{kind}-{number}.webp", picture(kind, self.shop.palette, number))
            for kind, number in item.pictures
        ]
        editor = self.browser.submit(editor.form("/pictures"), files=drawn)
        self.browser.submit(self.browser.get(editor.url).form("/publish"))

    def subscribe(self, plan: str) -> None:
        """Choose a plan of the marketplace and pay for it at Checkout."""
        page = self.browser.get("/sell/plan")
        offered = [form for form in page.forms if form.action.endswith("/sell/plan/choose")]
        if not offered:
            raise Problem(f"{page.url} offers no plan such as {plan}.")
        checkout = self.browser.submit(offered[0])
        form = next(form for form in checkout.forms if "/c/pay/" in form.action)
        said = {"action": "pay", "method": "card", "name": self.name, **_CARD}
        returned = self.browser.submit(form, said)
        if f"Welcome to {plan}" not in returned.text:
            raise Problem(f"{returned.url} does not say that {plan} is paid.")

    def ship(self, carrier: str, number: str) -> None:
        """Send the newest order that waits for it."""
        waiting = self.browser.get("/sell/orders?view=to_ship")
        sold = self.browser.get(waiting.link("/sell/orders/0"))
        self.browser.submit(sold.form("/ship"), {"carrier": carrier, "tracking_number": number})


class Shopper(Person):
    """Somebody who buys."""

    def buy(self, shop: Shop, *items: str, bank: str = "") -> Page:
        """Fill the cart and pay by card, or by a bank that answers later; the order's page."""
        for title in items:
            found = self.browser.get("/?q=" + "+".join(title.split()))
            listing = self.browser.get(found.link("/listings/"))
            self.browser.submit(listing.form("/cart/add"), {"quantity": "1"})
        slug = re.sub(r"[^a-z]+", "-", shop.name.lower()).strip("-")
        checkout = self.browser.submit(self.browser.get("/cart").form(f"/checkout/{slug}"))
        returned = self._pay(checkout, bank)
        return self.browser.get(returned.link("/orders/"))

    def subscribe(self, title: str) -> Page:
        """Subscribe to a listing and pay for the first period by card; the order's page."""
        found = self.browser.get("/?q=" + "+".join(title.split()))
        listing = self.browser.get(found.link("/listings/"))
        form = next(form for form in listing.forms if "/subscribe/" in form.action)
        returned = self._pay(self.browser.submit(form), "")
        return self.browser.get(returned.link("/orders/"))

    def ask_back(self, order: Page, reason: str, message: str) -> None:
        """Ask for everything back on the page of an order."""
        page = self.browser.get(order.link("/request"))
        self.browser.submit(page.form("/request"), {"reason": reason, "message": message})

    def _pay(self, checkout: Page, bank: str) -> Page:
        form = next(form for form in checkout.forms if "/c/pay/" in form.action)
        method = {"method": "bank", "bank_outcome": bank} if bank else {"method": "card"} | _CARD
        said = {"action": "pay", "email": self.email, "name": self.name, **method, **_ADDRESS}
        return self.browser.submit(form, said | {"shipping_name": self.name})


class Operator(Person):
    """Somebody who runs the marketplace."""

    def refund(self, number: str, amount: str = "", message: str = "") -> None:
        """Refund an order, wholly or in part, as its page proposes."""
        found = self.browser.get(f"/admin/refunds?q={number}")
        page = self.browser.get(found.link("/admin/refunds/0"))
        scope = {"scope": "amount", "amount": amount} if amount else {"scope": "whole"}
        form = page.form("/confirm", "/preview")
        confirm = self.browser.submit(form, scope | {"message": message})
        self.browser.submit(next(form for form in confirm.forms if form.action == page.url))

    def offer_plan(self, name: str, price: str, percent: str, features: str) -> None:
        """Let sellers pay every month for a lower fee."""
        form = self.browser.get("/admin/plans/new").form("/admin/plans")
        said = {"name": name, "price": price, "percent": percent, "features": features}
        self.browser.submit(form, said | {"trial_days": "14", "recommended": "y"})

    def make_merchant_of_record(self, shop: str) -> None:
        """Let a shop sell in its own name."""
        page = self.browser.get("/admin/merchants")
        form = next(form for form in page.forms if form.has("shop"))
        self.browser.submit(form, {"shop": slug_of(shop, "shop"), "merchant": "seller"})
