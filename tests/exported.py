"""Exported plans as tests read them: all the words in a file of any format, whatever it is packed in."""

from __future__ import annotations

import base64
import html
import re
import zipfile
from pathlib import Path
from typing import Any

import optimizer as so
from optimizer.plan import Plan
from optimizer.scenario.scenario import Scenario

FORMS = ("csv", "json", "xlsx", "html", "docx")
PICTURES = "pictures"
TIERS = ("planner", "leader", "public")


def written(plan: Plan, scenario: Scenario, folder: Path, form: str, **settings: Any) -> Path:
    """The plan exported into a new place of the folder, or its pictures plotted there."""
    path = folder / f"{len(list(folder.iterdir()))}.{form}"
    if form == PICTURES:
        so.plot(plan, scenario, path, ["svg"], **settings)
    else:
        so.export(plan, scenario, path, form=form, **settings)
    return path


def all_bytes(path: Path) -> bytes:
    """Every byte of a file or of a folder's files, in order."""
    files = [path] if path.is_file() else sorted(path.iterdir())
    return b"".join(file.read_bytes() for file in files)


def all_words(path: Path) -> str:
    """Every word in a file: archives unpacked, pictures unpacked, entities read."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            text = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        text = all_bytes(path).decode("utf-8")
    pictures = re.findall(r"base64,([\w+/=]+)\"", text)
    unpacked = [base64.b64decode(picture).decode("utf-8", "replace") for picture in pictures]
    return html.unescape("\n".join([re.sub(r"base64,[\w+/=]+", "", text), *unpacked]))
