"""Connected accounts, OAuth, and what moves between a platform and its accounts."""
