"""Something to look at: shops and listings for an empty database in test mode."""
