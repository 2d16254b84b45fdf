"""`python -m storefront`."""

from storefront.cli import main

main(prog_name="python -m storefront")
