"""The problem as an integer program in MathOpt of OR-Tools, solved by SCIP: the model of `highs.py`, another solver.

Its version is that of OR-Tools.
"""

from __future__ import annotations

import ortools
from highs import HiGHS
from ortools.math_opt.python import mathopt
from problem import main


class SCIP(HiGHS):
    """The same model, solved by SCIP."""

    solver = mathopt.SolverType.GSCIP


if __name__ == "__main__":
    main("scip", ortools.__version__, SCIP)
