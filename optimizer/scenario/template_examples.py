"""One invented row per table, shown in a template above the headings; nobody and no place is meant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "settings": {"key_": "rules.lists.share", "value": 0.05},
    "units": {
        "unit_id": "99001", "name": "Mẫu Sơn", "kind": "commune", "former_district": "Huyện Mẫu",
        "region_class": "III", "border": False, "mountain": True, "merged": True, "lat": 19.25, "lon": 104.75,
        "area_km2": 120.5, "population": 9800, "villages": 14, "dossiers_per_month": 420, "housing": 6, "hardship": 150,
    },
    "quotas": {
        "unit_id": "99001", "bloc": "government", "quota": 34, "present": 36, "basis": "Quyết định số .../QĐ-UBND",
        "effective_from": date(2025, 7, 1),
    },
    "posts": {
        "post_id": "99001-ktdd", "unit_id": "99001", "bloc": "government", "division": "Phòng Kinh tế",
        "title": "Chuyên viên địa chính", "role": "specialist", "category": "specialist", "level": 5,
        "fields": ("land", "environment"), "majors": ("Quản lý đất đai", "Trắc địa"), "seats": 2,
        "min_degree": "university", "min_theory": "primary", "min_rank": "specialist", "party_member": False,
        "non_native": False, "weight": 3, "senders": ("99900",), "decided_by": "home_affairs", "concurrent_ok": False,
    },
    "people": {
        "person_id": "99001-012", "name": "Nguyễn Văn Mẫu", "sex": "male", "birth_date": date(1985, 9, 2),
        "unit_id": "99001", "post_id": "99001-ktdd", "bloc": "government", "staff_kind": "civil_servant", "level": 5,
        "rank": "specialist", "degree": "university", "majors": ("Quản lý đất đai",), "fields": ("land",),
        "theory": "intermediate", "party_joined_on": date(2012, 5, 19), "joined_on": date(2009, 1, 1),
        "native_unit_id": "99002", "residence_unit_id": "99001", "ethnicity": "Kinh", "languages": ("Tiếng Thái",),
        "planned_for": ("division_deputy",), "rating": "good", "exempt": (5,), "no_promotion_until": date(2026, 1, 1),
        "youngest_child_birth": date(2023, 4, 10), "last_move_on": date(2021, 3, 1), "post_since": date(2025, 7, 1),
        "leaves_on": date(2040, 10, 1), "on_site_unit_id": "99003", "seconded_until": date(2026, 3, 1),
        "also_holds": ("99001-mt",), "salary_coefficient": 3.33, "candidate": "both",
    },
    "pools": {
        "unit_id": "99900", "person_id": "99900-031", "form": "secondment", "rank": 1,
        "ready_from": date(2025, 9, 15), "max_months": 6,
    },
    "wishes": {"person_id": "99001-012", "unit_id": "99002", "rank": 1, "consent": True},
    "distances": {"from_unit_id": "99001", "to_unit_id": "99002", "km": 42.5, "minutes": 75.0},
    "relations": {"person_id": "99001-012", "other_id": "99001-015", "kind": "spouse", "together": True},
    "decisions": {
        "kind": "waive", "person_id": "99001-012", "post_id": "99002-ktdd", "unit_id": "99002", "form": "transfer",
        "seats": 1, "rule": "distance_cap", "reason": "Tự nguyện", "decided_by": "Sở Nội vụ",
        "decided_on": date(2025, 8, 20),
    },
    "former": {"person_id": "99001-012", "form": "transfer", "to_post_id": "99002-ktdd"},
}  # fmt: skip
