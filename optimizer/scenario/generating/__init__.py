"""Provinces that do not exist, for tests, benchmarks and examples: any size, the same from the same seed."""

from optimizer.scenario.generating.building import build_scenario, generate
from optimizer.scenario.generating.profile import Profile

__all__ = ["Profile", "build_scenario", "generate"]
