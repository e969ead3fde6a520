"""Keys in prose: what is written is the key by default, and the lab shows the one that a person has."""

from __future__ import annotations

import re

import pytest

from gradlab.draw.ink import dump
from gradlab.draw.prose import prose, with_keys
from gradlab.scenario import shelf
from gradlab.scenario.markdown import read
from gradlab.tui.keymap import BY_NAME

NAMED = re.compile(r"\[((?:\\.|[^\]\\\n])+)\]\(key:([^)]*)\)")
TOUR = "first/the-lab"


def test_a_key_stands_in_the_text_without_its_address_and_looks_like_one() -> None:
    (line,) = prose("Press [n](key:step) now.", 60)
    assert dump([line]) == "Press n now."
    assert ("n", "key") in line


@pytest.mark.parametrize("key", ["j", "]", "[", "*", "`", "\\", "<", "^p", "_"])
def test_the_key_that_a_person_has_takes_its_place(key: str) -> None:
    text = with_keys("Press [n](key:step), [x](word:step) or [q](key:nothing).", lambda name: key if name == "step" else "")
    line = prose(text, 60)[0]
    assert dump([line]) == f"Press {key}, x or q."
    assert (key, "key") in line


@pytest.mark.parametrize("name", shelf.names())
def test_keys_in_lessons_are_those_of_commands(name: str) -> None:
    path = shelf.find(name)
    assert path is not None
    found = NAMED.findall(read(path).prose)
    assert [(key, command) for key, command in found if BY_NAME[command].shown != key] == []


def test_the_tour_names_the_keys_that_one_lives_on() -> None:
    path = shelf.find(TOUR)
    assert path is not None
    named = {command for _, command in NAMED.findall(read(path).prose)}
    assert named >= {"lesson", "step", "back", "finish", "why", "find", "jump", "view", "help", "answer"}
