"""A model that was imported, in the terminal: from what is told first to the op, its number, and the line of the program."""

from __future__ import annotations

from gradlab.session import Lab
from tests.tui.driving import lab_of, opened, press, screen_text

MODEL = """
```python model
x = input([[1.0, 4.0], [2.0, -0.5]])  #@ data.py:3
with layer("net"):
    a = tanh(dense(x, 2))  #@ net.py:10
    with layer("blocks.0"):
        b = relu(dense(a, 2))  #@ net.py:20
        with layer("attention"):
            out = log(x)  #@ net.py:21
            twice = out * 2.0  #@ net.py:21
loss = sum(twice) + sum(b)  #@ train.py:7
```
"""


def _lab() -> Lab:
    return lab_of(MODEL)


async def test_a_finding_leads_to_its_number_in_the_graph_and_is_told_aside_once() -> None:
    async with opened(_lab, (100, 30)) as (pilot, screen):
        screen.do_line("zoom network")
        await press(pilot, "f")
        assert "! show it" in screen_text(pilot)
        assert "╭ out log" not in screen_text(pilot)
        await press(pilot, "exclamation_mark")
        text = screen_text(pilot)
        node = screen.moment.node
        assert node is not None
        assert (node.name, screen.moment.element) == ("net.blocks.0.attention.out", 3)
        assert "▸out log" in text, "the modules that it stands in are unfolded"
        assert " finding ═" not in text
        await press(pilot, "f")
        assert screen.moment.snapshot.position.phase == "b"
        assert " finding ═" not in screen_text(pilot), "it was told"


async def test_enter_on_a_finding_shows_its_number_in_the_graph() -> None:
    async with opened(_lab, (100, 30)) as (pilot, screen):
        screen.do_line("zoom network")
        await press(pilot, "f", "escape", "7", "enter")
        assert screen.moment.element == 3
        assert "▸out log" in screen_text(pilot)


async def test_a_line_of_the_program_is_found_and_a_node_comes_before_texts() -> None:
    async with opened(_lab, (100, 30)) as (pilot, screen):
        await press(pilot, "slash", *"net.py:21")
        text = screen_text(pilot)
        assert "line    ▸ net.py:21" in text
        assert "net.blocks.0.attention.twice and 1 more" in text
        await press(pilot, "enter")
        assert screen.moment.node is not None
        assert screen.moment.node.name == "net.blocks.0.attention.twice"
        await press(pilot, "slash", *"out", "enter")
        assert screen.moment.node.name == "net.blocks.0.attention.out"


async def test_what_has_no_place_in_the_graph_leaves_the_screen_where_it_was() -> None:
    async with opened(_lab, (100, 30)) as (pilot, screen):
        await press(pilot, "slash", *"twice", "enter")
        await press(pilot, "slash", *"b")
        assert screen.moment.node is not None
        assert screen.moment.node.name != "net.blocks.0.attention.twice"
        while "lesson  ▸" not in screen_text(pilot):
            await press(pilot, "down")
        assert screen.moment.node.name == "net.blocks.0.attention.twice"


async def test_what_the_first_note_names_is_chosen_when_the_lab_opens() -> None:
    note = "\n# Net\n\n- -inf in `net.blocks.0.attention.out` at [1, 1] (1 of 4 numbers)\n- `net.a` is no cause\n"
    async with opened(lambda: lab_of(note + MODEL), (100, 30)) as (pilot, screen):
        assert screen.moment.node is not None
        assert (screen.moment.node.name, screen.moment.element) == ("net.blocks.0.attention.out", 3)
        assert "blocks.0.attention.out[1,1]" in screen_text(pilot)
    plain = note + MODEL.replace("  #@", "  #")
    async with opened(lambda: lab_of(plain), (100, 30)) as (_, screen):
        assert screen.moment.node is not None
        assert screen.moment.node.name != "net.blocks.0.attention.out", "a lesson begins with its first op"
