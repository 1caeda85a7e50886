"""An independent checker of journals: reads a journal and its network, and nothing of the twin.

It is written from what the events mean, imports none of the rooms that make them, and folds,
sums and rounds by itself, so that a fault of the engine is not made a second time here.
"""

from experiments.checker.audit import RULES, check_file, check_lines
from experiments.checker.rules import Finding, Rule
from experiments.checker.streets import Pace, Streets

__all__ = ["RULES", "Finding", "Pace", "Rule", "Streets", "check_file", "check_lines"]
