"""The htmx script, served from the installed package: nothing is copied, nothing is imported.

The package is written for Django; only its folder of static files is of use here.
"""

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint


def folder() -> Path:
    """Where the installed package keeps htmx."""
    spec = find_spec("js_lib_htmx")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("django-js-lib-htmx is missing: install requirements.txt")
    return Path(spec.submodule_search_locations[0]) / "static" / "htmx"


blueprint = Blueprint("vendor", __name__, static_folder=folder(), static_url_path="/vendor")
