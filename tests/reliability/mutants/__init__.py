"""Seeded mutants: faults put into our code on purpose, each of which an invariant has to notice.

Replacements stand before the mutant that they are for. The names of their modules go on meaning the originals, so that
a replacement can call them.
"""

from tests.reliability.mutants import decisions, endings, values

MUTANTS = (*decisions.MUTANTS, *endings.MUTANTS, *values.MUTANTS)
