"""Every key in every panel does something or says why not; every reverse leads back; how few keys a question takes."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

import gradlab
from gradlab.session import Lab
from gradlab.tui.keymap import BY_NAME, COMMANDS, OLD, Command
from gradlab.tui.overlays.labels import LabelsOverlay, labels_for
from gradlab.tui.overlays.listing import ListOverlay
from gradlab.tui.overlays.menu import MenuOverlay
from gradlab.tui.panels.graph import GraphPanel
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.widgets.status import Status
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line
from tests.tui.emulated import emulated, know_the_driver

LEAVES = ("quit", "quit-now", "edit", "reload", "redraw", "event")
"""Commands that a walk through the keys leaves out: they end the program or need another one."""
OF_A_PANEL = ("cursor", "scroll", "end", "page", "facet")
LIVE = [command for command in COMMANDS if not command.scope and command.name not in LEAVES]


def neuron() -> Lab:
    return gradlab.load("circuits/sigmoid-neuron")


def matrices() -> Lab:
    return lab_of(MATRICES)


def seen(pilot: Pilot[Any], screen: Laboratory) -> tuple[Any, ...]:
    """All that a key could change, but for what was said."""
    at = screen.moment.snapshot.position, screen.moment.focus, screen.moment.element, screen.stance
    return (*at, screen_text(pilot), getattr(screen.panel, "marked", -1), type(screen.over))


async def heard(pilot: Pilot[Any], screen: Laboratory, key: str) -> bool:
    """Press a key where nothing was said, and return whether it changed something or said why not."""
    if screen.over is not None:
        screen.over.close()
    if screen.presenting:
        screen.do_present()
    status = screen.query_one(Status)
    status.last = None
    status.redraw()
    await settle(pilot)
    before = seen(pilot, screen)
    await press(pilot, key)
    return seen(pilot, screen) != before


def keys_of_panels() -> list[Command]:
    return [c for c in LIVE if (c.does or c.name).split()[0] in (*OF_A_PANEL, "enter", "nearer", "farther")]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_key_changes_something_or_says_why_not(size: tuple[int, int]) -> None:
    silent = []
    async with opened(matrices, size=size) as (pilot, screen):
        await press(pilot, "f", "f")
        panels = [kind.name for kind in screen.kinds]
        for number, command in enumerate(LIVE):
            if screen.thread is not None and command.name in ("undo", "redo", "lesson-back"):
                await type_line(pilot, "set hidden.W[0, 0] = 1")
            screen.choose(panels[number % len(panels)])
            await settle(pilot)
            if not await heard(pilot, screen, command.keys[0]):
                silent.append((command.name, screen.chosen))
    assert silent == []


async def test_the_keys_of_panels_are_heard_in_every_panel() -> None:
    silent = []
    async with opened(matrices, size=(80, 24)) as (pilot, screen):
        await press(pilot, "f", "f")
        for kind in screen.kinds:
            for command in keys_of_panels():
                screen.choose(kind.name)
                await settle(pilot)
                if not await heard(pilot, screen, command.keys[0]):
                    silent.append((kind.name, command.name))
    assert silent == []


TIME = ("step", "layer", "finish", "update")
VIEW = ("cursor-left", "cursor-down", "cursor-up", "cursor-right", "facet-next", "next-panel", "enlarge", "facet-before")


def standing(screen: Laboratory) -> tuple[Any, ...]:
    """What a reverse has to restore."""
    assert screen.thread is not None and screen.thread._lab is not None
    facets = tuple(panel.facet for panel in screen.panels.values())
    return screen.thread._lab.digest(), screen.moment.focus, screen.moment.element, screen.stance, facets


async def there_and_back(pilot: Pilot[Any], screen: Laboratory, names: Sequence[str]) -> list[str]:
    """Press keys, then the reverses of those that changed something, the last one first; return where that led elsewhere."""
    trail: list[tuple[str, tuple[Any, ...]]] = []
    for name in names:
        before = standing(screen)
        await press(pilot, BY_NAME[name].keys[0])
        if standing(screen) != before:
            trail.append((name, before))
    wrong = []
    for name, before in reversed(trail):
        await press(pilot, BY_NAME[BY_NAME[name].reverse].keys[0])
        if standing(screen) != before:
            wrong.append(name)
            break
    return wrong


@pytest.mark.parametrize("make", [neuron, matrices])
async def test_random_keys_of_time_and_their_reverses_lead_back(make: Callable[[], Lab]) -> None:
    async with opened(make, size=(120, 40)) as (pilot, screen):
        chosen = random.Random(3).choices((*TIME, "facet-next", "next-panel", "enlarge"), k=40)
        assert await there_and_back(pilot, screen, chosen) == []


async def test_a_reverse_leads_to_where_its_key_was_pressed_and_the_eyes_with_it() -> None:
    async with opened(neuron) as (pilot, screen):
        await press(pilot, "n", "n")
        await type_line(pilot, "focus w1")
        at = standing(screen)
        await press(pilot, "f", "F")
        assert standing(screen) == at
        await press(pilot, "F")
        assert str(screen.moment.snapshot.position) == "0.f.0"


async def test_training_is_taken_back_from_wherever_one_has_gone() -> None:
    async with opened(matrices) as (pilot, screen):
        await press(pilot, "n", "n", "t", "enter")
        assert screen.moment.snapshot.position.update == 100
        await press(pilot, "n", "s", "T")
        assert str(screen.moment.snapshot.position) == "0.f.2"
        await press(pilot, "T")
        assert "nothing was trained before this" in screen_text(pilot)


async def test_the_lesson_goes_back_a_line_to_where_it_began() -> None:
    async with opened(neuron) as (pilot, screen):
        await press(pilot, "n", "space")
        assert screen.moment.snapshot.question
        await press(pilot, "backspace")
        assert str(screen.moment.snapshot.position) == "0.f.1"
        assert not screen.moment.snapshot.question


async def test_undo_and_redo_watch_breakpoint_and_mark_take_themselves_back() -> None:
    async with opened(matrices) as (pilot, screen):
        await type_line(pilot, "set hidden.W[0, 0] = 9")
        edited = standing(screen)[0]
        await press(pilot, "ctrl+z")
        assert standing(screen)[0] != edited
        await press(pilot, "ctrl+y")
        assert standing(screen)[0] == edited
        for key, read in (("i", "watches"), ("b", "breakpoints"), ("m", "marks")):
            await press(pilot, key)
            assert len(getattr(screen.moment.snapshot, read)) == 1, key
            await press(pilot, key)
            assert len(getattr(screen.moment.snapshot, read)) == 0, key


async def test_looking_back_and_on_is_as_in_a_browser() -> None:
    async with opened(neuron) as (pilot, screen):
        await type_line(pilot, "focus w1")
        await type_line(pilot, "focus dot")
        looked = []
        for key in ("less_than_sign", "less_than_sign", "greater_than_sign", "greater_than_sign"):
            await press(pilot, key)
            looked.append(screen.moment.nodes[screen.moment.focus].name)
        assert looked == ["w1", "a", "w1", "dot"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_why_the_gradient_of_w1_is_what_it_is_takes_seven_keys(size: tuple[int, int]) -> None:
    async with opened(neuron, size=size) as (pilot, _):
        await press(pilot, "f", "f", "slash", "w", "1", "enter", "w")
        text = screen_text(pilot)
        assert "∂g/∂w1" in text
        assert "-0.39322" in text.split("∂g/∂w1")[1].split("sum")[1]


async def test_every_number_in_sight_has_its_ledger_in_four_keys() -> None:
    async with opened(matrices, size=(120, 40)) as (pilot, screen):
        await press(pilot, "f", "f")
        await type_line(pilot, "focus hidden.W")
        await press(pilot, "full_stop")
        assert isinstance(screen.over, LabelsOverlay)
        numbers = [(label, one.goal) for label, one in screen.over.left if one.goal.what and one.goal.element >= 0]
        assert len(numbers) >= 12
        label, goal = numbers[5]
        await press(pilot, *label, "w")
        assert (screen.moment.focus, screen.moment.element) == (goal.node, goal.element)
        assert f"∂loss/∂{screen.moment.nodes[goal.node].name}" in screen_text(pilot)


@pytest.mark.parametrize("count", [0, 1, 20, 25, 26, 27, 40, 300, 600])
def test_as_many_labels_as_possible_have_one_letter_and_none_begins_another(count: int) -> None:
    labels = labels_for(count)
    assert len(set(labels)) == len(labels) == count
    ones = {label for label in labels if len(label) == 1}
    assert not {label[0] for label in labels if len(label) > 1} & ones
    assert len(ones) >= min(count, 25 - -(-max(0, count - 25) // 24))


async def test_find_follows_the_marked_row_and_escape_goes_back() -> None:
    async with opened(neuron) as (pilot, screen):
        at = screen.moment.focus
        await press(pilot, "slash", *"sig")
        assert isinstance(screen.over, ListOverlay)
        assert screen.moment.nodes[screen.moment.focus].op == "sigmoid" or screen.over.marked is not None
        await press(pilot, "escape")
        assert screen.moment.focus == at
        await press(pilot, "slash", *"x", "enter")
        first = screen.moment.focus
        await press(pilot, "slash", "enter")
        assert screen.moment.focus != first


async def test_a_menu_takes_one_key_and_any_other_closes_it() -> None:
    async with opened(neuron) as (pilot, screen):
        await press(pilot, "v", "h")
        assert screen.chosen == "health"
        await press(pilot, "v")
        assert isinstance(screen.over, MenuOverlay)
        await press(pilot, "n")
        assert screen.chosen == "node"
        assert not screen.over
        await press(pilot, "g", "0")
        assert screen.is_typing()
        await press(pilot, *".f.3", "enter")
        assert str(screen.moment.snapshot.position) == "0.f.3"
        before = standing(screen)
        await press(pilot, "g", "q")
        assert standing(screen) == before
        assert not screen.over


async def test_a_resize_and_unknown_keys_leave_an_open_menu_usable() -> None:
    async with opened(neuron, size=(120, 40)) as (pilot, screen):
        await press(pilot, "ctrl+p", *"light")
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert "> light" in screen_text(pilot)
        await press(pilot, "f9", "ctrl+x", "escape", "f9", "n")
        assert str(screen.moment.snapshot.position) == "0.f.1"


@pytest.mark.parametrize("text", ["\x00\x1b[2J\x07\xff", "step\nquit\nq", "\n\n\n", "x" * 100_000])
async def test_what_is_pasted_is_text_of_the_line_and_never_keys(text: str) -> None:
    async with opened(neuron) as (pilot, screen):
        pilot.app.post_message(events.Paste(text))
        await settle(pilot)
        assert str(screen.moment.snapshot.position) == "0.f.0"
        await press(pilot, "colon")
        pilot.app.post_message(events.Paste(text))
        await settle(pilot)
        assert screen.is_typing()
        await press(pilot, "escape", "n")
        assert str(screen.moment.snapshot.position) == "0.f.1"


async def test_an_old_key_says_the_new_one_once() -> None:
    async with opened(neuron) as (pilot, _):
        await press(pilot, "U")
        assert OLD["U"] in screen_text(pilot)
        await press(pilot, "escape", "U")
        assert OLD["U"] not in screen_text(pilot)


async def test_the_footer_has_twelve_keys_at_most_and_each_can_be_clicked() -> None:
    async with opened(neuron, size=(200, 60)) as (pilot, screen):
        from gradlab.tui.widgets.bars import Footer

        footer = screen.query_one(Footer)
        assert len({goal.command for _, goal in footer.goals()}) == 12
        assert {"command", "view", "quit"} <= {goal.command for _, goal in footer.goals()}
        place = next(place for place, goal in footer.goals() if goal.command == "step")
        await pilot.click("#footer", offset=(place.x, 0))
        await settle(pilot)
        assert str(screen.moment.snapshot.position) == "0.f.1"


async def test_a_click_chooses_a_double_click_goes_in_and_the_right_button_opens_a_menu() -> None:
    async with opened(neuron, size=(120, 40)) as (pilot, screen):
        await press(pilot, "f", "f")
        graph = screen.panels["graph"]
        assert isinstance(graph, GraphPanel)
        place = next(place for place, goal in graph.goals() if screen.moment.nodes[goal.node].name == "w1")
        await pilot.click("#graph", offset=(place.x + 2, place.y + 2))
        await settle(pilot)
        assert screen.moment.nodes[screen.moment.focus].name == "w1"
        await pilot.click("#graph", offset=(place.x + 2, place.y + 2), button=3)
        await settle(pilot)
        assert "w why" in screen_text(pilot)
        await press(pilot, "w")
        assert screen.chosen == "why"


async def test_a_click_that_does_nothing_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    know_the_driver(monkeypatch)
    async with emulated(neuron, (120, 40)) as (shown, _):
        await press(shown.pilot, "1")
        await shown.pilot.click("#graph", offset=(66, 30))
        await settle(shown.pilot)
        shown.take()
        await shown.pilot.click("#graph", offset=(66, 30))
        await settle(shown.pilot)
        assert shown.take() == ""


@pytest.mark.parametrize(
    ("keys", "limit"),
    [(("n",) * 9, 5_000), (("slash", "w", "1"), 4_000), (("question_mark", "escape"), 12_000), (("ctrl+p", "t"), 12_000)],
)
async def test_a_key_sends_few_bytes(keys: Sequence[str], limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    know_the_driver(monkeypatch)
    async with emulated(neuron, (120, 40)) as (shown, _):
        for key in keys:
            shown.take()
            await press(shown.pilot, key)
            assert len(shown.take().encode()) <= limit, key


async def test_looking_back_passes_over_what_is_looked_at_already() -> None:
    async with opened(neuron) as (pilot, screen):
        await type_line(pilot, "focus w1")
        await press(pilot, "3", "1", "2", "1")
        at = standing(screen)
        await press(pilot, "less_than_sign")
        assert standing(screen) != at or "this is where you looked first" in screen_text(pilot)


async def test_what_changes_nothing_in_sight_is_said() -> None:
    async with opened(size=(80, 24)) as (pilot, _):
        await press(pilot, "space", "backspace")
        assert "the lesson went back by one stop" in screen_text(pilot)
        await press(pilot, "w", "w")
        assert "this panel says why" in screen_text(pilot)
