"""Files whole or not at all: what stands in their place stays until the new bytes are safely on the disk."""

from __future__ import annotations

import errno
import glob
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from optimizer.errors import UsageError
from optimizer.texts import T, Text

_IN_USE: Final = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.ETXTBSY})
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
JOURNAL: Final = "journal"  # of an exchange of files, by which a killed one is undone


def why(error: OSError) -> Text | str:
    """What stopped the writing, in words: open elsewhere, disk full, or as the system says."""
    if error.errno in _IN_USE:
        return T("it is open in another program such as Excel, or writing there is not allowed; close it and try again")
    if error.errno in _FULL:
        return T("the disk is full; make room and try again")
    return error.strerror or type(error).__name__


def place_of(path: str | Path) -> Path:
    """The place of a file or folder to be written, links followed. Raises UsageError where that leads nowhere."""
    try:
        if not str(path).strip():
            raise UsageError(T("the place to write to has no name"))
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise UsageError(T("{file} is no place that can be written to", file=str(path))) from error


def way_from(folder: Path, place: str | Path) -> str:
    """The way from a folder to a place, so that both may be moved together; the place itself on another drive."""
    try:
        return Path(os.path.relpath(place, folder)).as_posix()
    except ValueError:
        return Path(place).as_posix()


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
    target = place_of(path)
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
        with suppress(OSError):  # where nothing can be written, nothing was
            beside.unlink(missing_ok=True)


def replace_folder(path: str | Path, files: Mapping[str, bytes], index: str) -> None:
    """Put a folder of `files` at `path`, whole or not at all; folders on the way are made.

    `index` is the file among them that names all others, in cells of a table. An earlier folder gives way only
    where its own index names every file in it. Raises UsageError where it does not, where one of its files is
    open elsewhere, the disk is full or writing is not allowed; then what stood there before stands there still.
    """
    target = place_of(path)
    try:
        with new_folder(target) as new:
            _require_own(target, index)
            for name, data in files.items():
                (new / name).write_bytes(data)
    except OSError as error:
        message = T("the folder {folder} cannot be written: {reason}", folder=target, reason=why(error))
        raise UsageError(message) from error


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to be filled inside the block, which then takes the place of `target`; where the block fails, nothing
    has changed. What a killed run had moved aside comes back first.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    _restore(target)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as beside:
        new = Path(beside, "new")
        new.mkdir()
        yield new
        _settle(new)
        _exchange(new, target, Path(beside, "old"))


def _require_own(target: Path, index: str) -> None:
    """Refuse a folder that holds what its index does not name, or a file that is open elsewhere."""
    if not os.path.lexists(target):
        return
    names = {found.name for found in target.iterdir()} if target.is_dir() else {target.name}
    for name in names:
        require_closed(target / name)
    listed = re.split(r'[\r\n,"]+', (target / index).read_text("utf-8-sig", "replace")) if index in names else []
    if names - {index, *listed}:
        raise UsageError(T("{folder} holds other files; nothing was written. Choose another place", folder=target))


def _settle(folder: Path) -> None:
    """Wait until every file is on the disk, so that a power cut after the exchange loses nothing."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())


def _restore(target: Path) -> None:
    """Put back a folder that a run killed between its two renames had moved aside."""
    for old in sorted(target.parent.glob(f".{glob.escape(target.name)}-*/old")):
        if not target.exists():
            old.rename(target)
            shutil.rmtree(old.parent)


def _exchange(new: Path, target: Path, old: Path) -> None:
    """Put the new folder in place of the old one; whatever stops that, the old one comes back."""
    had_one = target.exists()
    try:
        if had_one:
            target.rename(old)
        new.rename(target)
    except BaseException:
        if had_one and old.exists() and not target.exists():
            old.rename(target)
        raise


def exchange_files(target: Path, new: Path, stale: Sequence[str]) -> None:
    """Put the files of the folder `new` in their places in `target` and take the `stale` ones away.

    `new` stands in a hidden folder beside `target`. Whatever stops the exchange, the old files come back; after a
    kill `restore_files` brings them back.
    """
    beside = new.parent
    old = beside / "old"
    old.mkdir()
    coming = [path.name for path in new.iterdir()]
    leaving = [name for name in [*coming, *stale] if (target / name).exists()]
    (beside / JOURNAL).write_text("\n".join([*leaving, "", *coming]), encoding="utf-8")
    _settle(beside)
    try:
        for name in leaving:
            (target / name).rename(old / name)
        for name in coming:
            (new / name).rename(target / name)
        (beside / JOURNAL).unlink()
    except BaseException:
        _put_back(target, beside)
        raise


def restore_files(target: Path) -> None:
    """Bring back the files of a folder whose exchange was killed half-way."""
    for journal in sorted(target.parent.glob(f".{glob.escape(target.name)}-*/{JOURNAL}")):
        _put_back(target, journal.parent)
        shutil.rmtree(journal.parent)


def _put_back(target: Path, beside: Path) -> None:
    """Old files into their places, and away with new ones that replace nothing."""
    if not (beside / JOURNAL).exists():  # all was done
        return
    leaving, _, coming = (beside / JOURNAL).read_text(encoding="utf-8").partition("\n\n")
    had = set(leaving.split("\n"))
    for name in had:
        if (beside / "old" / name).is_file():
            (beside / "old" / name).replace(target / name)
    for name in set(coming.split("\n")) - had:
        if name and not (beside / "new" / name).exists():
            (target / name).unlink(missing_ok=True)
