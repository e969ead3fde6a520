"""The lesson panel shows a lesson page by page: each at its top, the last words too, and nothing behind an open question."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from gradlab.session import Lab
from gradlab.tui.panels._graph_view import GraphView
from gradlab.tui.panels.lesson import LessonPanel
from gradlab.tui.screens.laboratory import Laboratory
from tests.tui.driving import lab_of, opened, press, screen_text, settle, type_line

LONG = " ".join(f"word{number}" for number in range(300))
LESSON = f"""---
title: TITLE
---
# All words

One weight, one input.

```python model
w, x = param(2.0), input(-1.0)
dot = w * x
f = sigmoid(dot)
```

Before the bet.

```lab
bet half "What happens to the gradient?" grows|shrinks
```

{LONG}

```lab
show graph
forward to dot
expect dot ~= -2
expect w ~= 2
quiz "What is the output?" f hint "the sigmoid of -2"
mistake dot "not yet squashed"
forward
expect f ~= 0.119203 tol 1e-6
show health
```

The number was 0.119203.

```lab
backward
explain w
settle half = abs(grad(w)) > 1
why "Why?" "The slope is small."
zoom layers
layout nowhere
```

The last words.
"""


def lesson() -> Lab:
    return lab_of(LESSON, "All words")


def panel(pilot: Pilot[int]) -> list[str]:
    """Return the rows of the lesson panel that are in sight, without the frame and empty ones at the foot."""
    found = pilot.app.screen.query_one(LessonPanel)
    height, top = found.scrollable_content_region.height, found.scroll_offset.y
    rows = ["".join(text for text, _ in line).rstrip() for line in found.rows[top : top + height]]
    while rows and not rows[-1]:
        rows.pop()
    return rows


FIRST = ["All words", "", "One weight, one input.", ""]
CODE = ["  w, x = param(2.0), input(-1.0)", "  dot = w * x", "  f = sigmoid(dot)"]
FURTHER = "".join(f"\ng{number} = f + {number}" for number in range(8))
"""Lines with which a model is long."""


async def test_a_lesson_stands_at_its_first_page_where_its_panel_is_in_sight() -> None:
    async with opened(lesson, size=(120, 60)) as (pilot, _):
        assert panel(pilot) == [
            *FIRST, *CODE, "", "▸ ␣ turns the page", "", "Before the bet.", "",
            f"  What happens to the gradient?{' ' * 18}1", "", "┄ 10 lines and 3 paragraphs follow your answer ┄",
        ]  # fmt: skip
        await press(pilot, "space")
        assert panel(pilot)[0] == "Before the bet."


async def test_the_first_page_stands_in_the_caption_and_the_space_bar_turns_it() -> None:
    async with opened(lesson, size=(80, 24)) as (pilot, screen):
        assert screen.arrangement.caption == "lesson"
        assert panel(pilot)[:3] == FIRST[:3]
        await press(pilot, "4", "4")
        assert panel(pilot)[:8] == [*FIRST, *CODE, ""]
        await press(pilot, "space")
        assert panel(pilot) == [
            "Before the bet.", "", "▸ What happens to the gradient?" + " " * 48 + "1", "",
            "┄ 10 lines and 3 paragraphs follow your answer ┄",
        ]  # fmt: skip


async def test_a_long_model_is_one_row_and_enter_unfolds_it() -> None:
    long = LESSON.replace("f = sigmoid(dot)", f"f = sigmoid(dot){FURTHER}")
    async with opened(lambda: lab_of(long, "All words"), size=(80, 24)) as (pilot, _):
        await press(pilot, "4", "4")
        folded = [*FIRST, f"▸ model, 11 lines{' ' * 55}⏎ unfold"]
        assert panel(pilot)[:5] == folded
        await press(pilot, "enter")
        assert panel(pilot)[5:8] == CODE
        await press(pilot, "enter")
        assert panel(pilot)[:5] == folded


async def test_a_bet_is_made_and_the_rest_of_a_long_page_is_shown_before_it_is_turned() -> None:
    async with opened(lesson, size=(80, 24)) as (pilot, screen):
        await press(pilot, "4", "4", "space", "space")
        assert panel(pilot) == [
            "Before the bet.", "", "", "▌", "▌ What happens to the gradient?" + " " * 48 + "1", "▌ 1 grows", "▌ 2 shrinks", "▌",
            "▌ a answer   ␣ ␣ skip   A go on without", "▌", "", "┄ 10 lines and 3 paragraphs follow your answer ┄",
        ]  # fmt: skip
        await press(pilot, "a")
        assert "▌ 1 grows   2 shrinks:" in screen_text(pilot)
        await press(pilot, "2", "enter")
        assert panel(pilot)[2:5] == ["✓ What happens to the gradient?" + " " * 48 + "1", "  your bet: shrinks", ""]
        await press(pilot, "space")
        assert panel(pilot)[0].startswith("word0 word1 ")
        assert "word299" not in " ".join(panel(pilot))
        await press(pilot, "space")
        assert "word299" in " ".join(panel(pilot))
        assert screen.moment.snapshot.position.op == 0
        await press(pilot, "space")
        assert screen.arrangement.visible == {"graph", "lesson"}
        assert screen.moment.snapshot.position.op == 1


async def test_page_up_looks_back_and_page_down_returns_without_a_change_of_the_run() -> None:
    async with opened(lesson, size=(80, 24)) as (pilot, screen):
        await press(pilot, "4", "4", "space", "space", "a", "2", "enter", "space", "space")
        assert "word299" in " ".join(panel(pilot))
        at = screen.moment.snapshot.position
        seen = [panel(pilot)[0].split()[0]]
        for _ in range(4):
            await press(pilot, "pageup")
            seen.append(panel(pilot)[0].split()[0])
        assert seen[1:] == ["word0", "Before", "All", "All"]
        for _ in range(4):
            await press(pilot, "pagedown")
            seen.append(panel(pilot)[0].split()[0])
        assert seen[5:] == ["Before", "word0", seen[0], seen[0]]
        assert screen.moment.snapshot.position == at
        await press(pilot, "pageup", "pageup", "space")
        assert "word299" in " ".join(panel(pilot))
        await press(pilot, "space")
        assert screen.moment.snapshot.position.op == 1


async def to_the_quiz(pilot: Pilot[int], screen: Laboratory) -> None:
    """Read on to the quiz, and leave the line for the answer."""
    while screen.moment.snapshot.question != "f":
        await press(pilot, "space", "escape")
        if screen.moment.snapshot.question == "bet half":
            await press(pilot, "a", "2", "enter")
    screen.enlarge("lesson")
    await settle(pilot)


async def test_claims_are_opened_by_enter_and_stay_closed_while_a_question_is_open() -> None:
    async with opened(lesson, size=(80, 24)) as (pilot, screen):
        await to_the_quiz(pilot, screen)
        closed = "✓ 2 claims"
        assert closed in panel(pilot)
        await press(pilot, "enter")
        assert closed in panel(pilot)
        assert "  expect dot ~= -2" not in panel(pilot)
        await press(pilot, "enter", "a", *"0.119", "enter")
        assert f"{closed}{' ' * 69}⏎" in [row.replace("  ⏎", "  ⏎") for row in panel(pilot)]
        await press(pilot, "enter")
        assert panel(pilot)[panel(pilot).index(f"{closed}{' ' * 69}⏎") + 1 :][:2] == [
            f"  expect dot ~= -2{' ' * 52}ok, got -2",
            f"  expect w ~= 2{' ' * 56}ok, got 2",
        ]


async def test_a_wrong_answer_gets_its_hint_and_its_grades_stay_in_the_lesson() -> None:
    async with opened(lesson, size=(80, 24)) as (pilot, screen):
        await to_the_quiz(pilot, screen)
        await press(pilot, "a", *"-2", "enter")
        text = panel(pilot)
        asked = next(number for number, row in enumerate(text) if row.startswith("▌ What is the output?"))
        assert text[asked + 1 : asked + 5] == [
            "▌ f", "▌ wrong not -2: not yet squashed; try again; hint: the sigmoid of -2", "▌",
            "▌ a answer   ␣ ␣ skip   A show the answer",
        ]  # fmt: skip
        await press(pilot, "a")
        assert "▌ predict f =" in screen_text(pilot)
        await press(pilot, *"0.119", "enter")
        text = panel(pilot)
        place = next(number for number, row in enumerate(text) if row.startswith("✓ What is the output?  f"))
        assert text[place + 1 : place + 3] == [
            "  wrong not -2: not yet squashed; try again; hint: the sigmoid of -2", "  right: f = 0.119203",
        ]  # fmt: skip


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
async def test_the_space_bar_alone_plays_a_lesson_to_its_last_words(size: tuple[int, int]) -> None:
    async with opened(lesson, size=size) as (pilot, screen):
        seen: list[str] = []
        for _ in range(60):
            await press(pilot, "escape" if screen.is_typing() else "space")
            seen += panel(pilot) if "lesson" in screen.arrangement.visible else []
            if "this is the end of the lesson" in screen_text(pilot):
                break
        assert panel(pilot) == ["The last words."]
        assert {"word0", "word299"} <= set(" ".join(seen).split())
        assert "  What happens to the gradient? shrinks" in seen
        assert "  the author: The slope is small." in seen
        assert "  ∂f/∂w = -0.104994" in seen
        assert screen.moment.snapshot.question == ""


async def test_the_stage_is_set_together_with_the_line_before_it() -> None:
    async with opened(lesson, size=(120, 40)) as (pilot, screen):
        await to_the_quiz(pilot, screen)
        await press(pilot, "a", *"0.119", "enter", "space")
        assert screen.chosen == "health"
        assert "health" in screen.arrangement.visible
        await press(pilot, "space")
        assert screen.arrangement.visible >= {"lesson"}
        assert panel(pilot)[0] == "The number was 0.119203."


async def test_a_stage_between_two_pages_is_a_stop() -> None:
    pages = "# One\n\n```python model\nx = param(1.0)\ny = x * 2\n```\n\n```lab\nshow health\n```\n\nTwo.\n"
    async with opened(lambda: lab_of(pages), size=(120, 40)) as (pilot, screen):
        await press(pilot, "space")
        assert screen.chosen == "health"
        assert "health" in screen.arrangement.visible
        await press(pilot, "space")
        assert panel(pilot) == ["Two."]


async def test_a_word_that_the_screen_does_not_have_is_a_note() -> None:
    async with opened(lesson, size=(120, 40)) as (pilot, screen):
        for line, note in {
            "show helth": "there is no panel `helth`; did you mean `health`?",
            "zoom nowhere": "there is no zoom `nowhere`; there are network, layers, ops, lines, numbers",
            "layout nowhere": "there is no layout `nowhere`; there are teach, debug, train, play, compare",
        }.items():
            await type_line(pilot, line)
            assert note in screen_text(pilot)
        await type_line(pilot, "zoom lines")
        assert screen.query_one(GraphView).level == "lines"
        await type_line(pilot, "layout debug")
        assert screen.arrangement.visible == {"graph", "node", "why"}
        await type_line(pilot, "layout teach")
        assert screen.arrangement.visible == {"graph", "lesson", "node", "why"}
        await type_line(pilot, "show why")
        assert screen.chosen == "why"


async def test_what_can_be_done_with_a_question_is_told_to_its_end_in_a_narrow_panel() -> None:
    text = LESSON[: LESSON.index("```lab")] + '```lab\nwhy "Why?" "The slope is small."\n```\n'
    async with opened(lambda: lab_of(text, "All words"), size=(110, 60)) as (pilot, _):
        await press(pilot, "space", "space")
        shown = [line for line in panel(pilot) if line.startswith(("▌", "  "))][-5:]
        assert shown[0].startswith("▌ Why?")
        assert shown[1:] == ["▌", "▌ a answer   ␣ ␣ skip   A show the author's", "▌ words", "▌"]
