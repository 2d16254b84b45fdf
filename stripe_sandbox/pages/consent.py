"""Placeholder."""

from flask import Blueprint

routes = Blueprint("consent", __name__)
