"""Files whole or not at all: what stands in their place stays until the new bytes are safely on the disk."""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path
from typing import Final

from optimizer.errors import UsageError
from optimizer.texts import T, Text

_IN_USE: Final = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


def why(error: OSError) -> Text | str:
    """What stopped the writing, in words: open elsewhere, disk full, or as the system says."""
    if error.errno in _IN_USE:
        return T("it is open in another program such as Excel, or writing there is not allowed; close it and try again")
    if error.errno in _FULL:
        return T("the disk is full; make room and try again")
    return error.strerror or type(error).__name__


def require_closed(path: Path) -> None:
    """Refuse a file that an office program is editing, told by the owner file beside it. Raises UsageError."""
    name = path.name
    for owner in (f"~${name}", f"~${name[2:]}", f".~lock.{name}#"):  # of Excel, Word, LibreOffice
        if path.exists() and path.with_name(owner).exists():
            message = T(
                "{file} is open in another program; close it and try again (if it is not open, delete {owner})",
                file=path, owner=owner,
            )  # fmt: skip
            raise UsageError(message)


def replace_file(path: str | Path, data: bytes) -> None:
    """Put `data` at `path`, whole or not at all; folders on the way are made.

    Raises UsageError where the file is open elsewhere, the disk is full or writing is not allowed; then what
    stood there before stands there still.
    """
    target = Path(path).resolve()
    require_closed(target)
    beside = target.with_name(f".{target.name[:100]}-{secrets.token_hex(4)}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except OSError as error:
        message = T("the file {file} cannot be written: {reason}", file=target, reason=why(error))
        raise UsageError(message) from error
    finally:
        beside.unlink(missing_ok=True)
