"""The htmx script, served from the installed package: nothing is copied, nothing is imported."""

from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint


def _folder() -> Path:
    spec = find_spec("js_lib_htmx")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("django-js-lib-htmx is missing: install requirements.txt")
    return Path(spec.submodule_search_locations[0]) / "static" / "htmx"


routes = Blueprint("vendor", __name__, static_folder=_folder(), static_url_path="/vendor")
