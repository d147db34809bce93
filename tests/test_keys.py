"""Every key of the settings says what it means and where its default comes from, and its value in words."""

from __future__ import annotations

from typing import Any

import pytest
from builders import tiny

from optimizer.provenance import flat, settings_used
from optimizer.registry import REGISTRY
from optimizer.reporting.keys import Key, keys_of
from optimizer.reporting.naming import Names
from optimizer.scenario.config import (
    Added,
    Authority,
    Changes,
    Config,
    Disruption,
    Documents,
    Forms,
    Hardship,
    Money,
    Routes,
)  # fmt: skip
from optimizer.scenario.meaning import RuleSettings, Settings
from optimizer.texts import Text, speaking

OWN = [Config, Forms, Hardship, Disruption, Money, Authority, Routes, Changes, Added, Documents]
CLASSES = [*OWN, *REGISTRY.rules.values(), *REGISTRY.goals.values()]
TABLES = {"forms", "authority", "hardship", "disruption", "money", "routes", "changes", "vocabulary", "documents"}


@pytest.mark.parametrize("model", CLASSES, ids=lambda model: model.__name__)
def test_every_key_has_its_meaning_and_source(model: type[Settings]) -> None:
    for key in model.model_fields.keys() - TABLES:
        meaning = model.meaning(key)
        assert isinstance(meaning.text, Text)
        assert str(meaning.source)


def test_a_key_without_meaning_is_told() -> None:
    class Bare(Settings):
        bare: int = 1

    with pytest.raises(KeyError, match="bare"):
        Bare.meaning("bare")


def keys(language: str = "vi", **more: Any) -> dict[str, Key]:
    scenario = tiny(units=["A"], **more)
    with speaking(language):
        return {key.name: key for key in keys_of(settings_used(scenario), Names(scenario))}


def test_every_key_that_a_plan_keeps_stands_in_the_list_but_the_states_of_rules() -> None:
    kept = {name for name, _ in flat(settings_used(tiny(units=["A"])))}
    inner = (".weights.", "money.base_salary.", "authority.moves.")
    weights = {name for name in kept if any(part in name for part in inner)}
    silent = tuple(f".{name}" for name in RuleSettings.model_fields)
    expected = {name for name in kept - weights if not name.endswith(silent)} - {"decisions"}
    assert keys().keys() == expected | {name.rpartition(".")[0] for name in weights}


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("disruption.free_km", {"config": {"disruption": {"free_km": 25}}}, "25 km"),
        ("rules.lists.share", {"rules": {"lists": {"share": 0.075}}}, "7,5 %"),
        ("rules.consent.refusal", {"rules": {"consent": {"refusal": "gate"}}}, "không cho điều chuyển"),
        ("forms.candidates", {"config": {"forms": {"candidates": "all"}}}, "tất cả, dùng khi nghiên cứu"),
        (
            "forms.transfer",
            {"config": {"forms": {"transfer": ["listed"]}}},
            "người trong danh sách của cơ quan cấp tỉnh",
        ),
        ("forms.internal", {"config": {"forms": {"internal": []}}}, "(không có)"),
        ("forms.bloc_pairs", {"config": {"forms": {"bloc_pairs": [["party", "front"]]}}}, "Đảng → MTTQ và đoàn thể"),
        ("goals.specialists.weights", {"goals": {"specialists": {"weights": {"land": 7}}}}, "đất đai: 7"),
        ("goals.order", {"goals": {"order": ["disruption"]}}, "Mức độ xáo trộn"),
        ("goals.leadership.tolerance", {"goals": {"leadership": {"tolerance": "2%"}}}, "2%"),
        (
            "vocabulary.fields",
            {"config": {"vocabulary": {"fields": {"forestry": "lâm nghiệp"}}}},
            "forestry: lâm nghiệp",
        ),
        (
            "rules.relatives.roles",
            {
                "config": {"vocabulary": {"roles": {"storekeeper": "thủ kho"}}},
                "rules": {"relatives": {"roles": ["storekeeper"]}},
            },
            "thủ kho",
        ),
        ("rules.relatives.head_levels", {"rules": {"relatives": {"head_levels": [1, 2]}}}, "1; 2"),
        (
            "authority.moves",
            {"config": {"authority": {"moves": {"front": "standing_committee"}}}},
            "chính quyền: Chủ tịch UBND tỉnh; Đảng: Ban Tổ chức Tỉnh ủy; MTTQ và đoàn thể: Ban Thường vụ Tỉnh ủy",
        ),
        ("horizon_months", {"config": {"horizon_months": 6}}, "6 tháng"),
    ],
)
def test_a_changed_value_stands_in_words_with_its_default(name: str, given: dict[str, Any], value: str) -> None:
    plain, changed = keys()[name], keys(**given)[name]
    assert (changed.value, changed.is_default, changed.default) == (value, False, plain.default)
    assert (plain.value, plain.is_default) == (plain.default, True)
    with speaking("vi"):
        assert plain.how == "mặc định"
        assert changed.how == f"đã đổi; mặc định: {plain.default}"


def test_what_only_the_scenario_can_give_has_no_default() -> None:
    date = keys()["date"]
    assert (date.value, date.default) == ("01/09/2025", None)
    assert keys("en")["rules.strength_floor.department_share"].value == "90 %"


def test_without_a_plan_the_defaults_stand() -> None:
    with speaking("vi"):
        found = {key.name: key for key in keys_of(None, Names())}
    assert all(key.is_default for key in found.values() if key.default is not None)
    assert "goals.moves.tolerance" in found
