"""``/_sandbox``: what a person or a test may make happen."""
