"""Small recordings for the tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.recording.form import RecordedLine
from gradlab.recording.reader import open_recording
from gradlab.recording.recorders import close_all, record_to
from gradlab.session import Lab, load

NEURON = """\
---
title: A neuron
---
# A neuron

```python model
w, x = param(2.0), input(-1.0)
f = sigmoid(w*x)
loss = square(f - 1.0)
minimize(loss, sgd(0.5))
```

```lab
forward
quiz f
step 2
```
"""
DEEDS = ("forward", "set w = 5", "step 2", "mark here", "show health", "back", "backward", "update", "train 10", "expect w > 0")


def neuron(folder: Path, text: str = NEURON) -> Path:
    """Write the scenario, and return its file."""
    path = folder / "neuron.md"
    path.write_text(text, encoding="utf-8")
    return path


def done(lab: Lab, deeds: Iterable[str]) -> Lab:
    """Do action lines; one that cannot be done is passed over."""
    for deed in deeds:
        try:
            lab.do(deed)
        except GradlabError:
            continue
    return lab


def recorded(folder: Path, deeds: Iterable[str] = DEEDS, scenario: str | Path = "", backend: str = "plain") -> Path:
    """Return a recording of some deeds, with its end."""
    lab = load(scenario or neuron(folder), backend=backend)
    out = folder / "out.gradlab"
    record_to(lab, out)
    done(lab, deeds)
    close_all(lab)
    return out


def lines_of(path: Path) -> list[RecordedLine]:
    """Return the lines of a recording behind its header."""
    return list(open_recording(path).lines())
