"""The codes of problems in the input. A code keeps its meaning; a new kind of problem gets a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from optimizer.texts import T, Text

CODES: Final[Mapping[str, Text]] = {
    # files, settings, headers
    "E101": T("a file or folder is missing or cannot be opened"),
    "E102": T("a file is not UTF-8 text"),
    "E103": T("a file is empty"),
    "E104": T("a file looks like a table but is not named as one"),
    "E105": T("the settings are not valid TOML"),
    "E106": T("a key of the settings is unknown"),
    "E107": T("the value of a setting is wrong"),
    "E108": T("a key of the settings is missing"),
    "E109": T("a scenario extends itself"),
    "E110": T("a required column is missing"),
    "E111": T("a column is unknown"),
    "E112": T("a column stands twice"),
    "E113": T("a row has too many or too few cells"),
    "E114": T("the rows cannot be told apart: quotes or separators are wrong"),
    "E115": T("a table is unknown"),
    "E116": T("plan.json is not valid JSON"),
    "E117": T("an entry of plan.json is missing, unknown or wrong"),
    # cells
    "E201": T("a required cell is blank"),
    "E202": T("a code is not in its list"),
    "E203": T("not a whole number"),
    "E204": T("not a number"),
    "E205": T("a number or date is out of bounds"),
    "E206": T("not a date"),
    "E207": T("an id contains a semicolon or begins or ends with a space"),
    "E208": T("a list has an empty item"),
    "E209": T("a list names something twice"),
    "E210": T("a cell contains a line break or an invisible character"),
    "E211": T("kilometres have more than 3 decimals"),
    # references and uniqueness
    "E301": T("a reference leads nowhere"),
    "E302": T("a row with this key stands already"),
    "E303": T("two distances for the same pair differ"),
    # consistency
    "E401": T("people in a unit and bloc without a quota"),
    "E402": T("a person's post is in another unit"),
    "E403": T("a person's post is in another bloc"),
    "E404": T("leadership posts, and they alone, have a level from 1 to 4"),
    "E405": T("a specialist post names no field"),
    "E406": T("'unknown' as a minimum"),
    "E407": T("unit and end of the present secondment go together"),
    "E408": T("seconded to the own unit"),
    "E409": T("a list of a unit that is not a provincial body"),
    "E410": T("a listed person is on another payroll"),
    "E411": T("a rank stands twice in one list"),
    "E412": T("a rank is missing although a share cuts the lists"),
    "E413": T("the distance from a unit to itself is not 0"),
    "E414": T("a unit has neither coordinates nor all its distances"),
    "E415": T("a relation of a person to themselves"),
    "E416": T("a birth date after the scenario's date"),
    "E417": T("a post in a unit and bloc without a quota"),
    "E420": T("a decision lacks a cell that its kind needs"),
    "E421": T("a decision fills a cell that its kind does not take"),
    "E422": T("a decision names a post and another unit"),
    "E423": T("a person is to be kept where they are not"),
    "E424": T("a decision names an unknown rule"),
    "E425": T("a rule cannot be waived in this way"),
    "E426": T("two decisions contradict each other"),
    "E430": T("a rule forbids what a pin asks for"),
    # warnings
    "W501": T("a child under 36 months without the exempt case"),
    "W502": T("a list is shorter than 5 % of the payroll"),
    "W503": T("the reorganisation of 1 July 2025 is entered as a move"),
    "W504": T("a quota for the military bloc is not used"),
    "W505": T("a post is held by more people than it has seats"),
    "W506": T("the level of a person differs from that of their post"),
    "W507": T("a person has left before the scenario's date"),
    "W508": T("a file was not read"),
    "W509": T("a key of a rule that is off"),
    "W510": T("keys of a goal that is not in the order"),
    "W511": T("a decision that no move can match"),
}
