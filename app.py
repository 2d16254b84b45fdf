"""The WSGI application for any server: `granian --interface wsgi app:app`."""

from storefront import create_app

app = create_app()
