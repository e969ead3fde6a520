"""The pages of the rules: what each looks at, why, where its bounds are from, and two models to try."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill

from gradlab.diagnose.rule import Rule

WIDTH = 100
STATUS = {
    "measured": "measured on networks with and without it",
    "unmeasured": "from the literature; how often it errs has not been measured",
    "proposal": "a proposal; never an error",
    "info": "a fact about a network, never a fault by itself",
}


def pages() -> Mapping[str, list[str]]:
    """Return the page of each rule by its id, and by its name."""
    found: dict[str, list[str]] = {}
    for rule in in_order():
        lines = page(rule)
        found |= {word: lines for word in (rule.id, rule.name) if word}
    return found


def in_order() -> list[Rule]:
    """Return all rules, family by family."""
    from gradlab.diagnose.rules import RULES

    return sorted(RULES.values(), key=lambda rule: (rule.family, int(rule.id[1:] or 0), rule.name))


def page(rule: Rule) -> list[str]:
    """Return the page of a rule."""
    about, _, rest = rule.doc.strip().partition("\n\n")
    head = f"{rule.id} {rule.name}: {' '.join(about.split()).rstrip('.')}".strip()
    return [
        head,
        *_blocks(rest),
        "",
        *_facts(rule),
        *_model("A model that has it", rule.faulty),
        *_model("Its twin", rule.healthy),
    ]


def _blocks(text: str) -> Iterator[str]:
    for block in filter(None, (part.strip("\n") for part in text.split("\n\n"))):
        yield ""
        yield from block.splitlines() if block.startswith(" ") else fill(" ".join(block.split()), WIDTH).splitlines()


def facts(rule: Rule) -> dict[str, str]:
    """Return what is known of a rule, each under a word; "" where nothing is."""
    return {
        "statistic": rule.statistic, "threshold": rule.threshold, "source": rule.source, "looks like it": rule.traps,
        "what helps": rule.remedy, "standing": STATUS[rule.status],
    }  # fmt: skip


def _facts(rule: Rule) -> Iterator[str]:
    for name, text in facts(rule).items():
        if text:
            indent = " " * 15
            yield from fill(text, WIDTH, initial_indent=f"{name:<15}", subsequent_indent=indent).splitlines()


def _model(title: str, text: str) -> Iterator[str]:
    if text:
        yield from ("", f"{title}, in a fence `python model` of a file:", "", *(f"    {line}" for line in text.splitlines()))
