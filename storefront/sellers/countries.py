"""Where shops can ship to, by region; names come from CLDR through Babel."""

from functools import cache

from babel import Locale

REGIONS: dict[str, tuple[str, ...]] = {
    "North America": ("US", "CA", "MX"),
    "European Union": (
        "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT",
        "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
    ),
    "Rest of Europe": ("GB", "CH", "NO", "IS", "LI", "TR", "UA", "RS"),
    "Asia and Pacific": (
        "JP", "KR", "TW", "HK", "SG", "MY", "TH", "ID", "PH", "VN", "IN", "AU", "NZ",
    ),
    "South America": ("BR", "AR", "CL", "CO", "PE", "UY"),
    "Africa and Middle East": ("ZA", "KE", "EG", "MA", "AE", "IL", "SA"),
}  # fmt: skip

CODES = frozenset(code for codes in REGIONS.values() for code in codes)


@cache
def name(code: str) -> str:
    """The English name of a country; an unknown code is its own name."""
    return str(Locale("en").territories.get(code, code))
