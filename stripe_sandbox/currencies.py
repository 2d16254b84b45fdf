"""Currencies: decimals, smallest charges, and a plausible Stripe fee.

Amounts are integers of the currency's minor unit. Minimums: docs.stripe.com/currencies.
"""

from stripe_sandbox.api.errors import invalid

ZERO_DECIMAL = frozenset(
    [
        "bif",
        "clp",
        "djf",
        "gnf",
        "jpy",
        "kmf",
        "krw",
        "mga",
        "pyg",
        "rwf",
        "vnd",
        "vuv",
        "xaf",
        "xof",
        "xpf",
    ]
)
THREE_DECIMAL = frozenset(["bhd", "jod", "kwd", "omr", "tnd"])

_MINIMUMS = {
    "gbp": 30,
    "mxn": 1000,
    "jpy": 50,
    "krw": 50,
    "sek": 300,
    "nok": 300,
    "dkk": 250,
    "pln": 200,
    "ron": 200,
    "czk": 1500,
    "huf": 17500,
    "hkd": 400,
    "aed": 200,
    "myr": 200,
    "thb": 1000,
}
_DEFAULT_MINIMUM = 50
_OTHERS = (
    "aed all amd ang aoa ars aud awg azn bam bbd bdt bgn bmd bnd bob brl bsd bwp byn bzd cad cdf "
    "chf cny cop crc "
    "cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr "
    "isk jmd kes kgs "
    "khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio "
    "nok npr nzd pab "
    "pen pgk php pkr pln qar ron rsd rub sar sbd scr sek sgd shp sle sos srd std szl thb tjs top "
    "try ttd twd tzs "
    "uah ugx usd uyu uzs wst xcd yer zar zmw"
)
SUPPORTED = ZERO_DECIMAL | THREE_DECIMAL | frozenset(_OTHERS.split())
_FIXED_FEES = {
    "gbp": 20,
    "jpy": 0,
    "krw": 0,
    "sek": 180,
    "nok": 200,
    "dkk": 180,
    "mxn": 300,
    "eur": 25,
    "chf": 30,
}
_RATE_PER_MILLE = {"jpy": 36, "eur": 15, "gbp": 15}
_SYMBOLS = {
    "usd": "$",
    "eur": "€",
    "gbp": "£",
    "jpy": "¥",
    "cad": "CA$",
    "aud": "A$",
    "inr": "₹",
    "krw": "₩",
}
_MAXIMUM = 99_999_999


def decimals(currency: str) -> int:
    """How many digits follow the decimal point."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def check(currency: str, param: str) -> str:
    """The currency in lower case, or Stripe's refusal."""
    lowered = currency.lower()
    if lowered not in SUPPORTED:
        message = f"Invalid currency: {currency[:10]}. Stripe supports 3-letter ISO currency codes."
        raise invalid(message, param)
    return lowered


def shown(amount: int, currency: str) -> str:
    """``$10.00``-like text: ``10.00 USD``, ``1,000 JPY``."""
    places = decimals(currency)
    sign, digits = ("-" if amount < 0 else ""), str(abs(amount)).rjust(places + 1, "0")
    whole, part = (digits[:-places], digits[-places:]) if places else (digits, "")
    return f"{sign}{int(whole):,}{'.' + part if part else ''} {currency.upper()}"


def with_symbol(amount: int, currency: str) -> str:
    """As people write it: ``$10.00``; with the code where no symbol is usual."""
    symbol = _SYMBOLS.get(currency)
    if symbol is None:
        return shown(amount, currency)
    number = shown(abs(amount), currency).partition(" ")[0]
    return f"{'−' if amount < 0 else ''}{symbol}{number}"


def check_charge(amount: int, currency: str, param: str) -> None:
    """Refuse amounts that are too small, too large, or not representable."""
    smallest = _MINIMUMS.get(currency, _DEFAULT_MINIMUM)
    if currency in THREE_DECIMAL:
        smallest *= 10
    if amount < smallest:
        message = f"Amount must be at least {shown(smallest, currency)}"
        raise invalid(message, param, "amount_too_small")
    if amount > _MAXIMUM:
        raise invalid(
            f"Amount must be no more than {shown(_MAXIMUM, currency)}", param, "amount_too_large"
        )
    if currency in THREE_DECIMAL and amount % 10:
        raise invalid(
            "Invalid amount: the last digit must be 0 for three-decimal currencies", param
        )


def stripe_fee(amount: int, currency: str) -> int:
    """What Stripe keeps of a charge, in minor units: 2.9 % + 30 for US cards (doc B: 59 of 1000).

    Half a unit rounds up. Rates for other currencies are plausible, not authoritative.
    """
    rate = _RATE_PER_MILLE.get(currency, 29)
    fixed = _FIXED_FEES.get(
        currency, 300 if currency in THREE_DECIMAL else 0 if currency in ZERO_DECIMAL else 30
    )
    return min(amount, (amount * rate + 500) // 1000 + fixed)
