"""The keys that a person changes in `keys.toml`: what they do, where they show, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import gradlab
from gradlab.draw.ink import dump, text_of
from gradlab.errors import GradlabError
from gradlab.tui.keymap import BY_NAME, COMMANDS, EVERYWHERE, FREE, SCOPES
from gradlab.tui.keys import Bound, Keys, action_name, bound_in, commands_in, doubled, file, normal, sign, widget_of
from gradlab.tui.overlays.page import PageOverlay
from gradlab.tui.panels import panel_kinds
from gradlab.tui.screens.offers import all_keys
from gradlab.tui.settings import read_keys
from tests.tui.driving import MATRICES, lab_of, laboratory, opened, press, screen_text, settle, type_line
from tests.tui.test_laboratory import actions


def settings(text: str) -> Path:
    """Write the file of keys."""
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def complaint(text: str) -> str:
    """Return what is said about a file of keys, with `FILE` for its path."""
    path = settings(text)
    with pytest.raises(GradlabError) as found:
        read_keys()
    return str(found.value).replace(str(path), "FILE")


def page(pilot: Pilot[Any]) -> str:
    """Return the text of the page that is open, the part out of sight, too."""
    over = laboratory(pilot).over
    assert isinstance(over, PageOverlay)
    return "\n".join(text_of(line) for line in over.text)


async def test_a_changed_key_does_it_and_the_old_one_nothing() -> None:
    settings('[keys]\n"O" = "step"\n"?" = "back"\n"ctrl+t" = "help"\n')
    async with opened() as (pilot, screen):
        await press(pilot, "n", "N")
        assert actions(screen) == []
        await press(pilot, "O", "O", "question_mark", "f")
        assert actions(screen) == ["step", "step", "back", "forward"]
        await press(pilot, "ctrl+t")
        assert "how to read it" in screen_text(pilot)


async def test_two_actions_can_change_their_keys() -> None:
    settings('[keys]\nn = "back"\nN = "step"\n')
    async with opened() as (pilot, screen):
        await press(pilot, "N", "N", "n")
        assert actions(screen) == ["step", "step", "back"]


async def test_footer_help_and_palette_show_the_keys_that_hold() -> None:
    settings('[keys]\n"O" = "step"\n"ctrl+n" = "step"\n"space" = "back"\n"I" = "lesson"\n')
    async with opened() as (pilot, _):
        text = screen_text(pilot)
        assert "O next" in text
        assert "␣ back" in text
        await press(pilot, "question_mark", "question_mark")
        assert "keys.toml" in page(pilot)
        assert " O  run the next op" in page(pilot)
        assert " +  nearer: zoom of graph and plot" in page(pilot)
        await press(pilot, "escape", "ctrl+p", *"run the next op")
        assert "    O  run the next op" in screen_text(pilot)


async def test_a_key_of_a_menu_is_changed_there_alone() -> None:
    settings('[keys.go]\n"t" = "go-top"\n')
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        await press(pilot, "2", "end", "g", "g")
        assert screen.moment.element > 0
        await press(pilot, "g", "t")
        assert screen.moment.element == 0
        await press(pilot, "t", "escape")
        assert actions(screen) == []


async def test_what_is_typed_is_typed_whatever_the_keys_are() -> None:
    settings('[keys]\nO = "step"\n')
    async with opened() as (pilot, screen):
        await type_line(pilot, "say OO")
        assert actions(screen) == ["say OO"]


async def test_the_open_question_names_the_key_that_answers() -> None:
    settings('[keys]\nW = "answer"\n')
    async with opened() as (pilot, _):
        await press(pilot, "space", "space", "space", "space", "escape")
        assert "W answer" in screen_text(pilot)
        await press(pilot, "W", "escape")
        assert "`W` answers it" in screen_text(pilot)


async def test_without_a_file_the_keys_are_those_of_the_table() -> None:
    assert read_keys() == Keys(file=file())
    assert read_keys().commands() == COMMANDS
    async with opened() as (pilot, _):
        await press(pilot, "question_mark")
        assert "how to read it" in screen_text(pilot)
        assert "keys.toml" not in page(pilot)


def test_an_unknown_action_is_told_with_its_line_the_nearest_and_those_that_there_are() -> None:
    said = complaint('[keys]\n# mine\n"O" = "stepp"\n')
    place = '  --> FILE:3:1\n  |\n3 | "O" = "stepp"\n  | ^^^^^^^^^^^^^'
    assert said.startswith(f"error: there is no action `stepp`: did you mean `step`?\n{place}\nnote: actions: ")
    said = complaint('[keys.go]\n"x" = "top"\n')
    assert "there is no action `top` in the menu go" in said
    assert said.endswith("note: actions in the menu go: go-definition, go-inputs, go-marks, go-nodes, go-readers, go-top")
    assert complaint('[keys.health]\n"x" = "axis"\n').endswith("note: actions in the panel health: none")


def test_an_unknown_panel_is_told_with_those_that_there_are() -> None:
    said = complaint('[keys.helth]\n"x" = "next"\n')
    assert said.startswith("error: there is no place `helth`: did you mean `health`?\n  --> FILE:1:1")
    panels = "graph, node, why, lesson, health, plots, findings, time, compare, output, curve"
    assert said.endswith(f"note: places: view, go, play, asked, present, browse, sweep, {panels}")


def test_what_is_no_key_is_told() -> None:
    assert complaint('[keys]\n"hyper+x" = "step"\n').startswith("error: `hyper+x` is no key\n  --> FILE:2:1")
    assert "a key is one character, or a name" in complaint('[keys]\n"nn" = "step"\n')


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q", "escape", "5", "0"])
def test_a_reserved_key_cannot_be_taken(key: str) -> None:
    assert complaint(f'[keys]\n"{key}" = "step"\n').startswith(f"error: `{key}` cannot be taken: ")


def test_what_a_reserved_key_stands_for_has_no_other() -> None:
    assert "there is no action `escape`" in complaint('[keys]\n"O" = "escape"\n')


def test_two_actions_on_one_key_are_refused_with_both_names() -> None:
    said = complaint('[keys]\n"n" = "back"\n')
    assert said.startswith("error: `n` stands for two actions, `back` and `step`\n  --> FILE:2:1")
    assert said.endswith("note: give `step` another key first")
    said = complaint('[keys.view]\n"x" = "even"\n')
    assert "`x` stands for two actions, `even` of the menu view and `hide` of the menu view" in said
    said = complaint('[keys]\n"p" = "train"\n')
    assert said.endswith("note: give `plot` another key first")


def test_everything_that_is_wrong_is_told_at_once_in_order() -> None:
    said = complaint('[keys]\n"O" = "stepp"\n"ctrl+c" = "step"\n[other]\nx = 1\n')
    assert [line for line in said.splitlines() if line.startswith("error")] == [
        "error: there is no action `stepp`: did you mean `step`?",
        "error: `ctrl+c` cannot be taken: it stops what runs, and leaves",
        "error: there is no section `other` here: did you mean `theme`?",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[keys]\n"O" = \n', "error: the settings are not TOML: invalid value\n  --> FILE:2:7"),
        ('[keys]\nO = "step"\nO = "back"\n', "error: the settings are not TOML: cannot overwrite a value"),
        ("[keys]\nO = 3\n", "error: there is no action `3`"),
        ("keys = 3\n", "error: `keys` is no section"),
        ('[[keys]]\nO = "step"\n', "error: `keys` is no section"),
        ("[keys", "error: the settings are not TOML: "),
    ],
)
def test_what_is_no_table_of_keys_is_told(text: str, what: str) -> None:
    assert complaint(text).startswith(what)


def test_a_file_that_cannot_be_read_is_told() -> None:
    settings("").write_bytes(b"\xff\xfe")
    with pytest.raises(GradlabError, match="is not UTF-8"):
        read_keys()
    file().write_bytes(b"#" * 70_000)
    with pytest.raises(GradlabError, match="is larger than 65,536 bytes"):
        read_keys()
    file().unlink()
    file().mkdir()
    with pytest.raises(GradlabError, match="cannot be read"):
        read_keys()


@pytest.mark.parametrize(
    ("written", "meant", "shown"),
    [
        ("n", "n", "n"), ("?", "question_mark", "?"), ("=", "equals_sign", "="), ("-", "minus", "-"), (",", "comma", ","),
        ("space", "space", "␣"), (" ", "space", "␣"), ("ctrl+n", "ctrl+n", "^n"), ("shift+n", "N", "N"), ("f5", "f5", "f5"),
        ("question_mark", "question_mark", "?"), ("+", "plus", "+"), ("shift+tab", "shift+tab", "shift+tab"), ("é", "é", "é"),
    ],
)  # fmt: skip
def test_keys_are_written_as_they_are_said(written: str, meant: str, shown: str) -> None:
    assert normal(written) == meant
    assert sign(meant) == shown


@pytest.mark.parametrize("written", ["", "nn", "ctrl+", "meta+x", "ctrl+ctrl+x", "\n"])
def test_nothing_else_is_a_key(written: str) -> None:
    assert normal(written) is None


def test_no_key_stands_for_two_things_by_default() -> None:
    for scope in SCOPES:
        assert list(doubled(Keys(), (scope, commands_in(scope)))) == []
    twice = [Bound("a", ("x",)), Bound("b", ("x",))]
    assert [key for key, _, _ in doubled(Keys(), ("p", twice))] == ["x"]
    assert [key for key, _, _ in doubled(Keys(), (EVERYWHERE, commands_in(EVERYWHERE)), ("p", [Bound("a", ("n",))]))] == ["n"]


def test_every_reverse_is_a_command_and_capitals_take_back_what_small_letters_do() -> None:
    for command in COMMANDS:
        assert command.reverse in {"", *BY_NAME}, command.name
    for letter in "nsfucrt":
        forth = next(command for command in COMMANDS if command.key == letter and not command.menu)
        assert BY_NAME[forth.reverse].key == letter.upper()
        assert BY_NAME[forth.reverse].reverse == forth.name


def test_what_changes_the_view_or_the_time_has_a_reverse() -> None:
    alone = {"again", "check", "check-all", "answer", "reveal", "copy", "copy-line", "edit", "reload", "escape", "view", "go"}
    alone |= {"command", "palette", "help", "redraw", "quit", "quit-now", "clear", "diagnose", "theme"}
    alone |= {"layout-reset", "present-nothing", *(f"option-{digit}" for digit in range(1, 10))}
    alone |= {f"browse-{name}" for name in ("open", "start", "view", "check", "edit", "find", "help", "quit")}
    alone |= {f"sweep-{name}" for name in ("open", "best", "order", "failed", "go-on", "help", "quit", "quit-now")}
    assert {c.name for c in COMMANDS if not c.reverse and c.prompt is None} | {"command"} == alone


def test_every_command_that_a_goal_leads_to_is_there() -> None:
    room = Path(gradlab.__file__).parent
    texts = [path.read_text("utf-8") for part in ("tui", "draw") for path in (room / part).rglob("*.py")]
    named = {name for text in texts for name in re.findall(r'Goal\(command="([^"]*)"', text)}
    assert len(named) > 3
    assert named - set(BY_NAME) == set()


def test_no_panel_has_a_key_of_its_own_and_some_letters_stay_free() -> None:
    for kind in panel_kinds(outside=False):
        assert bound_in(widget_of(kind)) == ()
    for letter in FREE:
        assert Keys().find(letter, *SCOPES) is None


def test_every_action_of_every_panel_can_be_given_another_key() -> None:
    for command in COMMANDS:
        if command.name == "escape" or set(command.keys) & set("1234567890"):
            continue
        head = f"[keys.{command.scope}]" if command.scope else "[keys]"
        settings(f'{head}\n"f12" = "{command.name}"\n')
        assert read_keys().changed == {(command.scope, command.name): ("f12",)}


def test_an_action_is_called_what_its_binding_does() -> None:
    assert [action_name(text) for text in ("next", "look('four')", "move(-10, 0)")] == ["next", "look four", "move -10 0"]


async def test_keys_typed_ahead_are_done_in_their_order() -> None:
    settings('[keys]\nO = "step"\n')
    async with opened() as (pilot, screen):
        await pilot.press("O", "O", "f")
        await settle(pilot)
        assert actions(screen) == ["step", "step", "forward"]


async def test_a_line_that_means_nothing_is_told_and_the_rest_holds() -> None:
    settings('[keys]\n"O" = "step"\n"I" = "explain"\n')
    async with opened(size=(160, 40)) as (pilot, screen):
        assert "keys.toml" in screen_text(pilot)
        assert "there is no action `explain`" in screen_text(pilot)
        await press(pilot, "O")
        assert actions(screen) == ["step"]


async def test_a_key_that_stands_for_two_actions_is_refused_before_anything_is_shown() -> None:
    settings('[keys]\n"n" = "back"\n')
    with pytest.raises(GradlabError, match="stands for two actions"):
        async with opened():
            pass


def test_the_page_of_all_keys_has_each_once_below_the_place_where_it_counts() -> None:
    text = dump(all_keys(Keys()))
    for command in COMMANDS:
        assert (command.help in text) is not command.name.endswith("-nothing"), command.name
    assert text.index("before a room") < text.index("go back to the stop before\n")
    assert text.index("in the list of scenarios") < text.index("open from the start")
