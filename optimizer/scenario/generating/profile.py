"""What a generated province is like: every figure that is not drawn by chance, with assumed defaults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, Field, model_validator

from optimizer.scenario.meaning import Settings
from optimizer.scenario.vocabulary import FIELD

PerMille = Annotated[int, Field(ge=0, le=1000)]
Count = Annotated[int, Field(ge=0)]
K = TypeVar("K")


def _some_weight(weights: Mapping[K, int]) -> Mapping[K, int]:
    if not any(weights.values()):
        raise ValueError("no weight is positive")
    return weights


Weights = Annotated[Mapping[str, Count], AfterValidator(_some_weight)]
Excess = Annotated[Mapping[int, Count], AfterValidator(_some_weight)]


def _known(fields: Collection[str]) -> Collection[str]:
    if not FIELD.keys() >= set(fields):
        raise ValueError("unknown fields")
    return fields


Fields = Annotated[tuple[str, ...], AfterValidator(_known)]


class Body(Settings):
    """A provincial body: its people, and the weights of the fields among its specialists."""

    unit_id: str
    name: str
    bloc: Literal["government", "party", "front"] = "government"
    people: Annotated[int, Field(ge=8)]
    fields: Annotated[Weights, AfterValidator(_known)]


class ByBloc(Settings):
    """Quotas of one unit by bloc: people."""

    government: Annotated[int, Field(ge=20)] = 22
    party: Annotated[int, Field(ge=9)] = 11
    front: Annotated[int, Field(ge=6)] = 7


class Quotas(Settings):
    """Quotas of communes: people per unit. The defaults are the norms of 2025 that the press reported.

    `government_total`, where it is known, stands for the average; `given` has the government quotas that are known,
    by unit; `basis` is what the table says of all of them.
    """

    basis: str = "Giả định theo Công văn 09-CV/BCĐ, Hướng dẫn 31-HD/BTCTW, Quy định 301-QĐ/TW"
    government_average: Annotated[int, Field(ge=20)] = 32
    government_total: Count | None = None
    given: Mapping[str, Annotated[int, Field(ge=20)]] = {}
    government_least: Annotated[int, Field(ge=30)] = 32
    government_most: Annotated[int, Field(ge=30)] = 35
    party: tuple[Annotated[int, Field(ge=12)], Annotated[int, Field(le=25)]] = (15, 17)
    party_and_front: int = 25
    not_merged: ByBloc = ByBloc()
    third_vice_chairs: Count = 0
    military: bool = True

    @model_validator(mode="after")
    def _in_order(self) -> Quotas:
        if self.government_least > self.government_most or self.party[0] > self.party[1]:
            raise ValueError("the least quota is above the most")
        if self.party_and_front - self.party[1] < ByBloc.model_fields["front"].metadata[0].ge:
            raise ValueError("party_and_front leaves too few posts to the Front")
        return self


class Vacancy(Settings):
    """How seats that stand empty are drawn: weights by field or role, of other leadership, of other seats."""

    named: Mapping[str, Count] = Field(
        default={
            "it": 110, "environment": 36, "land": 30, "construction": 36, "finance": 14, "one_stop": 14,
            "front_vice_chair": 1,
        }
    )  # fmt: skip
    leadership: Annotated[int, Field(ge=1)] = 6
    other: Annotated[int, Field(ge=1)] = 3


class Balance(Settings):
    """Who has too many and who too few: payroll minus quota, drawn by weight.

    Of the government bloc may be known: how many units are over quota and how many meet it exactly, which leaves all
    others short; the sum over all units, `net`; and `given`, by unit.
    """

    over_units: Count | None = None
    exact_units: Count | None = None
    net: int | None = None
    given: Mapping[str, int] = {}
    over_per_mille: PerMille = 260
    over_in_mountains: PerMille = 120
    surplus: Excess = Field(default={1: 2, 2: 3, 3: 4, 4: 4, 5: 3, 6: 2, 8: 2, 10: 1})
    plain: Excess = Field(default={0: 35, -1: 35, -2: 20, -3: 10})
    mountain: Excess = Field(default={0: 10, -1: 20, -2: 30, -3: 25, -4: 15})
    hard: Excess = Field(default={-2: 10, -3: 15, -4: 20, -5: 20, -6: 15, -7: 10, -9: 10})
    others_plain: Excess = Field(default={1: 6, 0: 64, -1: 30})
    others_mountain: Excess = Field(default={1: 2, 0: 48, -1: 35, -2: 15})
    vacant_vice_chairs: Count = 0
    vacancy: Vacancy = Vacancy()


class Uncovered(Settings):
    """Fields that nobody has in exactly so many communes; elsewhere somebody has one of them."""

    fields: Annotated[Fields, Field(min_length=1)]
    communes: Count


class Staff(Settings):
    """What the people are like: shares per mille, unless the name says otherwise.

    `leaving` and `concurrent` are shares of the empty seats: still held by someone who leaves before the
    horizon; covered by someone besides their own post.
    """

    uncovered: tuple[Uncovered, ...] = ()

    university_per_10000: Annotated[int, Field(ge=0, le=10_000)] = 8482
    master_per_10000: Annotated[int, Field(ge=0, le=10_000)] = 1360
    women: PerMille = 400
    volunteers: PerMille = 15
    refusals: PerMille = 20
    exempt: PerMille = 12
    recent_moves: PerMille = 40
    leaving: PerMille = 60
    concurrent: PerMille = 400
    planned: PerMille = 120
    seconded: int = 0
    ethnicity: Weights = Field(default={"Kinh": 1})
    ethnicity_mountain: Weights = Field(default={"Kinh": 40, "Thái": 35, "Mông": 10, "Khơ Mú": 5, "Thổ": 10})

    @model_validator(mode="after")
    def _each_field_once(self) -> Staff:
        named = [field for group in self.uncovered for field in group.fields]
        if len(named) > len(set(named)):
            raise ValueError("a field is uncovered twice")
        if not FIELD.keys() > set(named):
            raise ValueError("no field is left that people may have")
        return self


class Lists(Settings):
    """The provincial bodies' lists: the share that counts, and how far the ranked list goes on behind it."""

    share: Annotated[float, Field(gt=0, le=1)] = 0.05
    ranked: Annotated[float, Field(gt=0, le=1)] = 0.1


class Profile(Settings):
    """A province to generate. Without `facts` its communes are invented, without `bodies` its departments.

    `facts` and `distances` are files in the columns of `units.csv` and `distances.csv`, beside the profile;
    `departments` are by default one for 9 communes, at most 14. `seat` is the commune where the bodies sit,
    whose given distances are theirs as well. `concurrent_ok` names the fields whose specialist posts in communes may
    be covered besides another post.
    """

    name: str = "Tỉnh mẫu"
    province: str = "00"
    date: dt.date = dt.date(2025, 9, 1)
    reorganised_on: dt.date = dt.date(2025, 7, 1)
    seed: int = 1
    units: Annotated[int, Field(ge=1, le=10_000)] = 130
    departments: Annotated[int, Field(ge=0, le=100)] | None = None
    facts: str | None = None
    distances: str | None = None
    seat: str | None = None
    bodies: tuple[Body, ...] = ()
    concurrent_ok: Fields = ()
    quotas: Quotas = Quotas()
    balance: Balance = Balance()
    staff: Staff = Staff()
    lists: Lists = Lists()

    @model_validator(mode="after")
    def _in_time(self) -> Profile:
        if self.reorganised_on > self.date:
            raise ValueError("reorganised_on is after the date")
        return self
