"""Why this person, why not that one, why is it still open: a plan held against what could be instead."""
