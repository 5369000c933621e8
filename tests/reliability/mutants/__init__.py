"""Mutants: deliberate faults in our code, each of which an invariant must notice.

Replacements come before the mutant that uses them. In their modules, the names of replaced functions still refer to the
originals, so that a replacement can call them.
"""

from tests.reliability.mutants import changes, corrections, decisions, endings, lineage, plans, values

MUTANTS = (
    *decisions.MUTANTS,
    *endings.MUTANTS,
    *values.MUTANTS,
    *changes.MUTANTS,
    *lineage.MUTANTS,
    *corrections.MUTANTS,
    *plans.MUTANTS,
)
