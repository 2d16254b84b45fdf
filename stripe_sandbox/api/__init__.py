"""How every API request is read, checked, executed once and answered."""

API_VERSION = "2026-10-28.endive"
