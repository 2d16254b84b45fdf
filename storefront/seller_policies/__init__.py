"""What an operator decides for the platform, and for single sellers in its place.

A feature says what its policy consists of (a dataclass, a table, a form, words); what all of them
do is here: finding the one that holds, changing and removing it, the audit log, the pages.
"""
