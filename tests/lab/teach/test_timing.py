"""How long the stops of a lesson stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab import load
from gradlab.errors import GradlabError
from gradlab.lab.teach.timing import timing_of
from gradlab.session import Lab

TEXT = """# A heading

Ten letters, and so on, until it takes a while to read all of it.

```python model
w = param(2.0)
s = square(w)
```

```lab
forward
expect s ~= 4
pause 2.5
quiz s
```

Short.
"""


def opened(tmp_path: Path, text: str = TEXT) -> Lab:
    """Return a laboratory on a lesson."""
    file = tmp_path / "lesson.md"
    file.write_text(text, encoding="utf-8")
    return load(file, backend="plain")


def test_prose_stands_for_its_letters_a_line_for_a_moment_and_a_pause_for_its_seconds(tmp_path: Path) -> None:
    beats = timing_of(opened(tmp_path)).beats
    assert [beat.text for beat in beats] == ["A heading", "forward", "pause 2.5", "what is s?", "Short."]
    found = [(round(beat.seconds, 2), beat.asks, beat.heading) for beat in beats]
    assert found[1:] == [(0.8, False, ""), (2.5, False, ""), (1.2, True, ""), (1.2, False, "")]
    letters = len("# A heading\n\nTen letters, and so on, until it takes a while to read all of it.")
    assert abs(found[0][0] - 0.06 * letters) < 0.2
    assert found[0][1:] == (False, "A heading")


def test_the_reader_is_at_the_last_stop_that_was_taken(tmp_path: Path) -> None:
    lab = opened(tmp_path)
    assert timing_of(lab).at == 1
    at = []
    lab.begin()
    while lab.ahead() is not None:
        if not lab.turn():
            lab.next_line()
        at.append(timing_of(lab).at)
    assert at == [2, 2, 3, 4, 5]
    assert timing_of(lab).elapsed == pytest.approx(timing_of(lab).total - 1.2)


@pytest.mark.parametrize("text", ["0", "-1", "601", "nan", "soon", "1 2"])
def test_a_pause_is_some_seconds(tmp_path: Path, text: str) -> None:
    with pytest.raises(GradlabError, match=rf"`{text}` is no time(.|\n)*seconds, above 0 and up to 600"):
        opened(tmp_path, TEXT.replace("pause 2.5", f"pause {text}"))
