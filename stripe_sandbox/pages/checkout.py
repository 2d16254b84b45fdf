"""Placeholder."""

from flask import Blueprint

routes = Blueprint("checkout", __name__)
