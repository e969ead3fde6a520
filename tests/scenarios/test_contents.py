"""The page of all lessons says what the files say."""

from __future__ import annotations

import re

from gradlab.scenario import shelf
from gradlab.scenario.catalogue import catalogue
from tests.contents import PATH, page

AGAIN = "`python -m tests.long contents` writes it again"
LINK = re.compile(r"\]\(([\w/-]+)\.md\)")


def test_the_page_of_all_lessons_is_what_their_heads_say() -> None:
    assert PATH.read_text(encoding="utf-8") == page(), AGAIN


def test_the_page_leads_to_every_lesson() -> None:
    assert sorted(set(LINK.findall(page()))) == sorted(shelf.names())


def test_the_head_of_every_lesson_says_what_lists_show_of_it() -> None:
    heads = {entry.name: entry.head for entry in catalogue()}
    unsaid = [name for name, head in heads.items() if not (head.level and head.minutes and head.teaches and head.course)]
    assert unsaid == []


def test_what_a_lesson_needs_is_there_and_comes_before_it_in_every_course_that_both_are_in() -> None:
    entries = catalogue()
    places = {entry.name: {stand.course: stand.number for stand in entry.head.course} for entry in entries}
    wrong = [
        f"{entry.name} needs {needed}"
        for entry in entries
        for needed in entry.head.needs
        if needed not in places
        or any(number >= places[entry.name].get(course, number + 1) for course, number in places[needed].items())
    ]
    assert wrong == []
