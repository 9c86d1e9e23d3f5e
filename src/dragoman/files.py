"""Files: where derived things are kept, how paths are shown, how a file is written whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """Where derived states are kept: DRAGOMAN_CACHE, or the user's cache folder."""
    named = os.environ.get("DRAGOMAN_CACHE")
    return Path(named).expanduser() if named else Path(platformdirs.user_cache_dir("dragoman"))


def shown_path(path: Path) -> str:
    """A path as people see it in messages: from the working folder, if it lies below it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(path)


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that at every moment it holds either the old text or the new.

    Raises OSError; the old text then stands, and nothing is left beside it.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        with contextlib.suppress(OSError):
            temporary.chmod(path.stat().st_mode & 0o7777)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
