"""What has happened before the visitor arrives: four shops, five shoppers, one operator."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from demo import stripe
from demo.browser import Page
from demo.people import Operator, Seller, Shopper
from demo.settings import Demo, Problem
from storefront.seed.catalogue import Item, Shop, shops

OPERATOR = ("Olga Petrov", "olga@example.com")
SHOPPER = ("Bob Harris", "bob@example.com")

Say = Callable[[str], None]

_PATIENCE = 30
_NOT_CONNECTED = "Ember & Moss"
"""So that a visitor can connect a shop, and see how one looks that is not for sale yet."""


def tell(demo: Demo, key: str, say: Say) -> None:
    """Drive the product through its pages until there is something to look at."""
    kiln, papier, hoshi, ember = shops()
    say("Four people open their shops; each signs up and confirms an address by mail")
    sellers = {shop.name: Seller(demo, shop) for shop in (kiln, papier, hoshi, ember)}
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(_open, sellers.values()))
        say("They write their listings and draw a picture or two for each")
        list(pool.map(_list_item, _in_turns(list(sellers.values()))))
        list(pool.map(lambda seller: _connect(seller, say), sellers.values()))
    olga = Operator(demo, *OPERATOR)
    olga.sign_in()
    olga.make_merchant_of_record(hoshi.name)
    say("  Hoshi Workshop sells from Japan, and therefore in their own name")
    olga.offer_plan("Pro", "29", "5", "Half the fee on every sale\nCancel at any time")
    sellers[papier.name].subscribe("Pro")
    say(f"  {papier.name} tries the plan Pro, which halves the fee on its sales")
    bob = Shopper(demo, *SHOPPER)
    bob.sign_up()
    _orders(demo, key, bob, olga, (kiln, papier, hoshi), sellers, say)


def _open(seller: Seller) -> None:
    seller.sign_up()
    seller.open_shop()


def _in_turns(sellers: list[Seller]) -> list[tuple[Seller, Item]]:
    """Everything to be listed, mixed as on a marketplace that has been open for a while."""
    return [
        (seller, seller.shop.listings[turn])
        for turn in range(max(len(seller.shop.listings) for seller in sellers))
        for seller in sellers
        if turn < len(seller.shop.listings)
    ]


def _list_item(pair: tuple[Seller, Item]) -> None:
    seller, item = pair
    seller.list_item(item)


def _connect(seller: Seller, say: Say) -> None:
    connected = seller.shop.name != _NOT_CONNECTED
    if connected:
        seller.connect()
    state = "connected to Stripe" if connected else "not connected to Stripe yet"
    say(f"  {seller.shop.name}: {len(seller.shop.listings)} listings, {state}")


def _orders(
    demo: Demo,
    key: str,
    bob: Shopper,
    olga: Operator,
    open_shops: tuple[Shop, Shop, Shop],
    sellers: dict[str, Seller],
    say: Say,
) -> None:
    kiln, papier, hoshi = open_shops
    stripe.top_up(demo)
    say("They sell: by card, by bank debit, to people with an account and to guests")
    bob.buy(kiln, "Speckled mug", "Breakfast bowl")
    sellers[kiln.name].ship("USPS", "9400 1000 0000 0000 0000 00")
    say("  an order that was paid and shipped")

    bob.subscribe("Clay club")
    say("  a subscription; move the sandbox's clock by a month, and it is paid again")

    guest = Shopper(demo, "Ines Duarte", "ines@example.com")
    whole = guest.buy(papier, "Linocut fox", "Tin of pencils")
    part = bob.buy(hoshi, "Wooden racing car", "Roasted tea")
    olga.refund(_number(whole), message="Sorry that the print arrived creased.")
    olga.refund(_number(part), amount="2400", message="The tea was out of stock after all.")
    say("  one refunded completely, one in part")

    failing = Shopper(demo, "Tom Becker", "tom@example.com")
    failed = failing.buy(papier, "Desk clock", bank="fail")
    stripe.settle_newest(demo, key, "fail")
    _until(failing, failed.url, "fail")
    say("  one whose bank did not pay")

    another = Shopper(demo, "Nora Lund", "nora@example.com")
    vase = another.buy(kiln, "Bud vase")
    another.ask_back(vase, "ordered_twice", "I meant to order one, and my partner has one by now.")
    Shopper(demo, "Sam Osei", "sam@example.com").buy(kiln, "Olive wood spoons", bank="wait")
    say("  one whose shopper would like the money back, one whose bank is still working on it")


def _number(order: Page) -> str:
    found = re.search(r"Order (\d+)", order.text)
    if found is None:
        raise Problem(f"{order.url} shows no number: {order.text[:300]}")
    return found[1]


def _until(person: Shopper, url: str, word: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while word not in person.browser.get(url).text.lower():
        if time.monotonic() > deadline:
            raise Problem(f"{url} never said “{word}”.")
        time.sleep(0.2)
