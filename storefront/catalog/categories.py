"""The departments of the marketplace, in the order in which they are shown."""

CATEGORIES = {
    "kitchen": "Kitchen & table",
    "home": "Home & living",
    "art": "Art & prints",
    "jewellery": "Jewellery",
    "clothing": "Clothing",
    "bags": "Bags & leather",
    "paper": "Paper & books",
    "toys": "Toys & games",
    "beauty": "Candles & care",
    "food": "Food & drink",
    "plants": "Plants & garden",
    "digital": "Digital goods",
    "other": "Everything else",
}
"""Stored word → what people read."""
