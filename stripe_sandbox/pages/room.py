"""Placeholder."""

from flask import Blueprint

routes = Blueprint("room", __name__)
