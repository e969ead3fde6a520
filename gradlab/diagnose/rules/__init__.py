"""The rules, one file each."""

from gradlab.diagnose.findings import Rule
from gradlab.registry import collect

RULES: dict[str, Rule] = collect("gradlab.diagnose.rules", "RULE")
