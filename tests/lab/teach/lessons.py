"""Lessons of the tests: a small model with a script, loaded as a person loads one."""

from __future__ import annotations

from pathlib import Path

import gradlab
from gradlab.errors import GradlabError
from gradlab.session import Lab

NEURON = "w, x = param(2.0), input(-1.0)\ndot = w * x\nf = sigmoid(dot)"
"""grad(w) is -0.104993585404, grad(dot) 0.104993585404, grad(x) 0.209987170807; f is 0.119202922022."""


def page(*script: str, model: str = NEURON) -> str:
    """Return the text of a lesson."""
    lines = "\n".join(script)
    return f"---\ntitle: A lesson\n---\n```python model\n{model}\n```\n```lab\n{lines}\n```\n"


def lab_on(folder: Path, *script: str, model: str = NEURON) -> Lab:
    """Return a laboratory on a lesson."""
    path = folder / "lesson.md"
    path.write_text(page(*script, model=model), encoding="utf-8")
    return gradlab.load(path, backend="plain")


def refusal(folder: Path, *script: str, model: str = NEURON) -> list[str]:
    """Return what is said to a lesson that is refused when it is read: of each problem the message and the label."""
    try:
        lab_on(folder, *script, model=model)
    except GradlabError as error:
        return [line.strip(" |^").strip() for line in str(error).split("\n") if line.startswith("error:") or "^" in line]
    return []


def upto(lab: Lab, number: int) -> list[str]:
    """Do so many lines of a script, and return what was said."""
    return [str(lab.next_line()) for _ in range(number)]
