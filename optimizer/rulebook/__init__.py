"""The rules, in the order in which they are applied and shown. A rule is added by its file and one line here."""

from __future__ import annotations

from typing import Final

from optimizer.rulebook.base import Gate, Limit, Rule
from optimizer.rulebook.bloc import Bloc
from optimizer.rulebook.budget import Budget
from optimizer.rulebook.candidate import Candidate
from optimizer.rulebook.centre_director import CentreDirector
from optimizer.rulebook.consent import Consent
from optimizer.rulebook.couples import Couples
from optimizer.rulebook.deputies import Deputies
from optimizer.rulebook.deputy_ranks import DeputyRanks
from optimizer.rulebook.distance_cap import DistanceCap
from optimizer.rulebook.elected import Elected
from optimizer.rulebook.exempt import Exempt
from optimizer.rulebook.fields import Fields
from optimizer.rulebook.keep_last_specialist import KeepLastSpecialist
from optimizer.rulebook.level_step import LevelStep
from optimizer.rulebook.lists import Lists
from optimizer.rulebook.max_moves import MaxMoves
from optimizer.rulebook.max_moves_per_unit import MaxMovesPerUnit
from optimizer.rulebook.no_new_gaps import NoNewGaps
from optimizer.rulebook.no_overfilling import NoOverfilling
from optimizer.rulebook.no_promotion import NoPromotion
from optimizer.rulebook.non_native import NonNative
from optimizer.rulebook.non_native_chair import NonNativeChair
from optimizer.rulebook.non_native_inspection import NonNativeInspection
from optimizer.rulebook.non_native_secretary import NonNativeSecretary
from optimizer.rulebook.one_move import OneMove
from optimizer.rulebook.party_member import PartyMember
from optimizer.rulebook.payroll_cap import PayrollCap
from optimizer.rulebook.payroll_floor import PayrollFloor
from optimizer.rulebook.post_change import PostChange
from optimizer.rulebook.rank import Rank
from optimizer.rulebook.relatives import Relatives
from optimizer.rulebook.release_cap import ReleaseCap
from optimizer.rulebook.scope import Scope
from optimizer.rulebook.secondment_into_leadership import SecondmentIntoLeadership
from optimizer.rulebook.secondment_term import SecondmentTerm
from optimizer.rulebook.senders import Senders
from optimizer.rulebook.serves import Serves
from optimizer.rulebook.staff_kind import StaffKind
from optimizer.rulebook.standards import Standards
from optimizer.rulebook.strength_floor import StrengthFloor
from optimizer.rulebook.succession import Succession
from optimizer.rulebook.temporary_cover import TemporaryCover
from optimizer.rulebook.time_left import TimeLeft

RULES: Final[tuple[Rule, ...]] = (
    Candidate(),
    Lists(),
    Exempt(),
    StaffKind(),
    Bloc(),
    Standards(),
    Rank(),
    PartyMember(),
    Fields(),
    LevelStep(),
    TimeLeft(),
    NoPromotion(),
    Succession(),
    NonNative(),
    CentreDirector(),
    PostChange(),
    NonNativeSecretary(),
    NonNativeChair(),
    NonNativeInspection(),
    Elected(),
    SecondmentTerm(),
    SecondmentIntoLeadership(),
    Senders(),
    Serves(),
    Scope(),
    DistanceCap(),
    Consent(),
    OneMove(),
    NoOverfilling(),
    TemporaryCover(),
    PayrollCap(),
    PayrollFloor(),
    StrengthFloor(),
    NoNewGaps(),
    KeepLastSpecialist(),
    Relatives(),
    Couples(),
    Deputies(),
    DeputyRanks(),
    ReleaseCap(),
    MaxMoves(),
    MaxMovesPerUnit(),
    Budget(),
)
GATES: Final[tuple[Gate, ...]] = tuple(rule for rule in RULES if isinstance(rule, Gate))
LIMITS: Final[tuple[Limit, ...]] = tuple(rule for rule in RULES if isinstance(rule, Limit))
