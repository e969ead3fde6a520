"""Going back a stop: each stop of a lesson, taken back, leaves what there was before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab import load
from gradlab.errors import ActionError
from gradlab.lab.teach.trail import Trail
from gradlab.session import Lab

TEXT = """
# One

```python model
w = param(2.0)
s = square(w - 1)
minimize(s, adam(lr=0.1))
```

```lab
mark here
forward
set w = 3
backward
break at 1.f.0
watch s
```

Two

```lab
train 3
freeze w
train 2
nudge w by 0.5
undo
focus w
quiz s
step
```
"""


def opened(tmp_path: Path, text: str = TEXT) -> Lab:
    """Return a laboratory on a lesson."""
    file = tmp_path / "lesson.md"
    file.write_text(text, encoding="utf-8")
    return load(file, backend="plain")


def one_stop(lab: Lab) -> bool:
    """Take the next stop; False at the end."""
    place = lab.ahead()
    if place is None:
        return False
    if place[0] == "page":
        lab.turn()
    else:
        lab.next_line()
    return True


def seen(lab: Lab) -> tuple[object, ...]:
    """Return all that a stop changes."""
    return (
        lab.digest(), lab.position, lab.cursor_line, lab.turned, lab.here, lab.focus, dict(lab.flow), dict(lab.marks),
        [one.text for one in lab.stops.breakpoints], [one.expression.text for one in lab.stops.watches],
        lab.question_text, [*map(id, lab.journal.deeds)],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["circuits/max-gate", "circuits/shared-node", "mlp/xor-by-hand"])
def test_every_stop_of_a_lesson_is_taken_back_whole(name: str) -> None:
    lab, trail, before = load(name, backend="plain"), Trail(), []
    while True:
        lab.skip_question()
        before.append(seen(lab))
        trail.keep(lab)
        if not one_stop(lab):
            break
    trail.back(lab)
    for there in reversed(before[:-1]):
        trail.back(lab)
        assert seen(lab) == there
    with pytest.raises(ActionError, match=r"^this is the beginning$"):
        trail.back(lab)


def test_what_a_stop_wrote_is_taken_back_and_done_again_with_the_same_bits(tmp_path: Path) -> None:
    lab, trail, after = opened(tmp_path), Trail(), []
    trail.keep(lab)
    while one_stop(lab):
        lab.skip_question()
        after.append(seen(lab))
        trail.keep(lab)
    for length in range(1, len(after)):
        for _ in range(length + 1):
            trail.back(lab)
        for there in after[-length:]:
            trail.keep(lab)
            one_stop(lab)
            lab.skip_question()
            assert seen(lab)[:-1] == there[:-1]
        trail.keep(lab)
