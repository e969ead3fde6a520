"""The rules, one file each."""

from gradlab.diagnose.rule import Rule
from gradlab.registry import Registry, collect

RULES: Registry[Rule] = collect(__name__, "RULE")
