"""How much a visitor may send: large bodies only where files are uploaded."""

from flask import Flask, request

_MEGABYTE = 1024 * 1024


def init_app(app: Flask) -> None:
    """Refuse larger bodies with 413 before they are read."""
    app.config.update(
        MAX_CONTENT_LENGTH=24 * _MEGABYTE, MAX_FORM_MEMORY_SIZE=_MEGABYTE, MAX_FORM_PARTS=200
    )
    app.before_request(_limit_forms)


def _limit_forms() -> None:
    """Werkzeug reads a form without files at once, whatever its length."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = _MEGABYTE
