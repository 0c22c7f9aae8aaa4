"""Where recordings lie: named, found and deleted in one place, for who writes, plays and forgets them.

`file://` is what this release writes. Another store has to give the same four answers.
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse
from uuid import UUID

from django.conf import settings


def address(slug: str, call_id: UUID) -> tuple[str, Path]:
    """The URL and the file of a call's recording, which is to be written."""
    return f"{_base()}/{slug}/{call_id}.wav", folder(slug) / f"{call_id}.wav"


def folder(slug: str) -> Path:
    """Where a restaurant's recordings lie."""
    return _root() / slug


def find(url: str, *, slug: str) -> Path | None:
    """The file behind a URL of this restaurant's; None when it leads out of its folder, or is gone."""
    where = urlparse(url)
    if where.scheme != "file" or where.netloc:
        return None
    path, root = Path(unquote(where.path)).resolve(), folder(slug).resolve()
    return path if path.is_relative_to(root) and path.suffix == ".wav" and path.is_file() else None


def shape_of(path: Path) -> Path:
    """Where the shape of a recording's sound is kept, which goes when the recording goes."""
    return path.with_suffix(".shape.json")


def delete(url: str, *, slug: str) -> bool:
    """Whether there was a file; one that is gone already is as good."""
    path = find(url, slug=slug)
    if path is None:
        return False
    shape_of(path).unlink(missing_ok=True)  # first: without its recording nobody finds it again
    path.unlink(missing_ok=True)
    return True


def _base() -> str:
    return str(settings.RECORDINGS_URL).rstrip("/")


def _root() -> Path:
    where = urlparse(_base())
    if where.scheme != "file":
        raise ValueError(f"RECORDINGS_URL has the scheme {where.scheme}://; this release writes file:// only.")
    return Path(unquote(where.path))
