"""Enter on a line of the lesson runs it up to there, or goes back; braces go from place to place."""

from __future__ import annotations

import pytest

from gradlab.session import Lab
from gradlab.tui.panels.lesson import LessonPanel
from tests.tui.driving import lab_of, opened, press, screen_text, type_line

LESSON = """---
title: Lines
---
# One

Look at `dot`.

```python model
w, x = param(2.0), input(-1.0)
dot = w * x
f = sigmoid(dot)
```

```lab
forward to dot
expect dot ~= -2
step
backward f
```

## Two

Words.

```lab
say hello
quiz "What?" dot
back
step
```

## Three

The end.
"""
SIZES = [(80, 24), (100, 30), (120, 40), (200, 60)]


def lines() -> Lab:
    return lab_of(LESSON)


@pytest.mark.parametrize("size", SIZES)
async def test_enter_on_a_line_runs_to_it_and_on_one_that_ran_goes_back_to_where_it_began(size: tuple[int, int]) -> None:
    async with opened(lines, size=size) as (pilot, screen):
        await press(pilot, "4", "down")
        assert "⏎ runs to line 1" in screen_text(pilot)
        await press(pilot, "down", "down")
        assert "⏎ runs to line 3" in screen_text(pilot)
        await press(pilot, "enter")
        assert str(screen.moment.snapshot.position) == "0.f.2"
        await press(pilot, "up")
        assert "⏎ runs to line 4" in screen_text(pilot)
        await press(pilot, "up", "enter")
        assert str(screen.moment.snapshot.position) == "0.f.1"
        lesson = screen.panels["lesson"]
        assert isinstance(lesson, LessonPanel) and lesson.lesson is not None
        assert lesson.lesson.cursor in (1, 2)


async def test_enter_on_a_line_behind_a_question_stops_there_and_says_so() -> None:
    async with opened(lines, size=(100, 30)) as (pilot, screen):
        await press(pilot, "4", *["space"] * 7)
        assert screen.moment.snapshot.question
        panel = screen.panels["lesson"]
        panel.post_message(LessonPanel.ToLine(7))
        await press(pilot, "shift+f12")
        assert "the question of line 6 comes first: `a` answers, `A` shows the answer, ␣ skips it" in screen_text(pilot)
        assert screen.moment.snapshot.question, "it was not skipped"


async def test_a_click_chooses_a_line_and_a_double_click_runs_to_it() -> None:
    async with opened(lines, size=(120, 40)) as (pilot, screen):
        panel = screen.query_one(LessonPanel)
        row = next(number for number, line in enumerate(panel.rows) if "step" in "".join(text for text, _ in line))
        at = (8, row + 1)
        await pilot.click(panel, offset=at)
        await press(pilot, "shift+f12")
        assert str(screen.moment.snapshot.position) == "0.f.0"
        assert "⏎ runs to line 3" in screen_text(pilot)
        await pilot.click(panel, offset=at, times=2)
        await press(pilot, "shift+f12")
        assert str(screen.moment.snapshot.position) == "0.f.2"


async def test_a_name_in_the_prose_is_chosen() -> None:
    async with opened(lines, size=(120, 40)) as (pilot, screen):
        await press(pilot, "4", "down", "up", "up")
        assert "⏎ chooses dot" in screen_text(pilot)
        await press(pilot, "enter")
        assert screen.moment.node is not None and screen.moment.node.name == "dot"


async def test_braces_go_to_marks_then_to_headings_and_back() -> None:
    async with opened(lines, size=(100, 30)) as (pilot, screen):
        await press(pilot, "n", "m", "N")
        await press(pilot, "right_curly_bracket")
        assert str(screen.moment.snapshot.position) == "0.f.1"
        await press(pilot, "right_curly_bracket")
        assert "▸ say hello" in screen_text(pilot)
        assert str(screen.moment.snapshot.position) == "0.b.2"
        await press(pilot, "right_curly_bracket")
        assert "comes first" in screen_text(pilot)
        await press(pilot, "left_curly_bracket")
        assert "▸ say hello" in screen_text(pilot) and not screen.moment.snapshot.question
        await press(pilot, "left_curly_bracket")
        assert str(screen.moment.snapshot.position) == "0.f.1"


async def test_braces_go_to_the_op_that_made_a_nan() -> None:
    text = "```python model\na = param(0.0)\nb = log(a)\nc = b + 1\nd = c * 2\n```\n"
    async with opened(lambda: lab_of(text), size=(100, 30)) as (pilot, screen):
        await press(pilot, "f", "left_curly_bracket")
        assert str(screen.moment.snapshot.position) == "0.f.1"
        await press(pilot, "right_curly_bracket")
        assert str(screen.moment.snapshot.position) == "0.f.3"


async def test_a_facet_of_the_lesson_is_its_next_heading() -> None:
    async with opened(lines, size=(80, 24)) as (pilot, screen):
        await press(pilot, "4", "right_square_bracket")
        panel = screen.panels["lesson"]
        assert isinstance(panel, LessonPanel)
        first = "".join(text for text, _ in panel.rows[panel.scroll_offset.y])
        assert first.startswith("Two")


async def test_what_ran_before_the_lesson_was_opened_cannot_be_taken_back() -> None:
    def begun() -> Lab:
        lab = lines()
        lab.next_line()
        return lab

    async with opened(begun, size=(100, 30)) as (pilot, screen):
        screen.panels["lesson"].post_message(LessonPanel.ToLine(0))
        await press(pilot, "shift+f12")
        assert "line 1 ran before this lesson was opened" in screen_text(pilot)
        await type_line(pilot, "forward")
        assert str(screen.moment.snapshot.position) == "0.f.2"
