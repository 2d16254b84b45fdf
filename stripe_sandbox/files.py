"""Files: multipart uploads with Stripe's limits per purpose."""

import sqlite3

from flask import Response

from stripe_sandbox import ids
from stripe_sandbox.api import errors
from stripe_sandbox.api.operations import Call, Upload, operation
from stripe_sandbox.sandbox import Sandbox
from stripe_sandbox.store import JSON

KILOBYTE = 1024
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"GIF87a", "gif", "image/gif"),
    (b"GIF89a", "gif", "image/gif"),
    (b"%PDF-", "pdf", "application/pdf"),
)
_BRAND = (512 * KILOBYTE, ("png", "jpg", "gif"), None)
_LIMITS: dict[str, tuple[int, tuple[str, ...], int | None]] = {
    "business_icon": _BRAND,
    "business_logo": _BRAND,
    "dispute_evidence": (5 * KILOBYTE * KILOBYTE, ("pdf", "jpg", "png"), 270),
    "customer_signature": (4 * KILOBYTE * KILOBYTE, ("jpg", "png"), 7),
}
_DEFAULT = (10 * KILOBYTE * KILOBYTE, ("pdf", "jpg", "png", "gif"), None)
DAY = 86400


def _kind(upload: Upload) -> tuple[str, str]:
    """What the content is, by its first bytes: the declared type does not count."""
    for magic, kind, mime in _MAGIC:
        if upload.data.startswith(magic):
            return kind, mime
    return "unknown", "application/octet-stream"


@operation("POST", "/v1/files", "FileCreateParams")
def create(call: Call) -> JSON:
    """Upload a file for a purpose."""
    if "file" not in call.files:
        raise errors.missing_param("file")
    upload, purpose = call.files["file"], call.params["purpose"]
    largest, kinds, days = _LIMITS.get(purpose, _DEFAULT)
    kind, mime = _kind(upload)
    if kind not in kinds:
        message = (
            f"Invalid file: only {', '.join(kinds)} files are accepted for the purpose {purpose}."
        )
        raise errors.invalid(message, "file")
    if len(upload.data) > largest:
        message = (
            f"File is too large: files for the purpose {purpose} can be at most "
            f"{largest // KILOBYTE} KB."
        )
        raise errors.invalid(message, "file")
    return _keep(call, upload, kind, mime, days)


def _keep(call: Call, upload: Upload, kind: str, mime: str, days: int | None) -> JSON:
    identifier, now = ids.new("file"), call.sandbox.clock.now()
    stored = {
        "id": identifier,
        "object": "file",
        "created": now,
        "expires_at": now + days * DAY if days else None,
        "filename": upload.filename,
        "links": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/file_links?file={identifier}",
        },
        "purpose": call.params["purpose"],
        "size": len(upload.data),
        "title": None,
        "type": kind,
        "url": f"{call.base_url}/v1/files/{identifier}/contents",
        "_mime": mime,
    }
    call.sandbox.store.add(stored, call.account)
    row = (identifier, sqlite3.Binary(upload.data))
    call.sandbox.store.db.execute("INSERT INTO contents VALUES (?, ?)", row)
    return stored


@operation("GET", "/v1/files/<identifier>")
def retrieve(call: Call, identifier: str) -> JSON:
    """One file's description."""
    return call.fetch("file", identifier)


@operation("GET", "/v1/files", "FileListParams")
def list_all(call: Call) -> JSON:
    """Files, by purpose."""
    return call.page("file", "/v1/files", {"purpose": call.params.get("purpose")})


def content(sandbox: Sandbox, identifier: str) -> Response | None:
    """The bytes of a file, or None."""
    stored = sandbox.store.find(identifier)
    row = sandbox.store.db.execute(
        "SELECT data FROM contents WHERE id = ?", (identifier,)
    ).fetchone()
    return None if stored is None or row is None else Response(row[0], mimetype=stored["_mime"])
