"""Lines of cells, each turned into each other: an emulated terminal shows what it shows when they are drawn from scratch."""

from __future__ import annotations

from itertools import product

import pytest

from gradlab.tui.cells import CellRun, Shown, Unreadable, takes_one_cell
from gradlab.tui.looks import PLAIN, blank_after, change, on_blank, parts_of
from tests.tui.emulated import cells, screen_of

RED, BOLD, PAPER, LINED = "\x1b[38;2;200;0;0m", "\x1b[1;38;2;0;0;200m", "\x1b[38;5;7;48;2;9;9;9m", "\x1b[4m"
LINK = "\x1b]8;id=7;https://example.org/\x1b\\"
LOOKS = (
    PLAIN, RED, BOLD, PAPER, LINED, "\x1b[1m", "\x1b[2m", "\x1b[1;2m", "\x1b[3;9m", "\x1b[7m", "\x1b[7;31;44m", "\x1b[21m",
    "\x1b[97;101m", "\x1b[39;49m", "\x1b[48;2;1;2;3m", "\x1b[1;3;4;7;9;38;5;1;48;5;2m", LINK + RED, LINK,
)  # fmt: skip
TEXTS = (
    (("abcd", RED),),
    (("ab", RED), ("cd", PLAIN)),
    (("a  d", BOLD),),
    (("    ", PAPER),),
    (("    ", LINED),),
    (("a", RED), ("  ", PAPER), ("d", RED)),
    (("日本", RED),),
    (("a", RED), ("日", RED), ("d", PAPER)),
    (("日", RED), ("cd", RED)),
    (("ae\u0301cd", RED),),
    (("█▁│∂", BOLD),),
)


def stretch(pieces: tuple[tuple[str, str], ...], x: int = 0) -> CellRun:
    found = CellRun(0, x)
    for text, look in pieces:
        found.add(text, look)
    return found


def drawn(*sent: str) -> object:
    screen, stream = screen_of((6, 1))
    for data in sent:
        stream.feed(data)
    return cells(screen)


def from_scratch(*pieces: tuple[tuple[str, str], ...]) -> object:
    return drawn("\x1b[H" + "".join(f"{look}{text}\x1b[m" for line in pieces for text, look in line))


def fresh() -> Shown:
    shown = Shown()
    shown.fit(4, 1)
    return shown


@pytest.mark.parametrize("before", LOOKS)
def test_a_change_of_look_leads_to_the_look_itself(before: str) -> None:
    for after in LOOKS:
        assert drawn(before, change(before, after), "x") == drawn(after, "x"), (before, after)
        assert len(change(before, after)) <= len("\x1b[0m" + after.replace(LINK, "") + LINK)


def test_a_link_begins_and_ends_once() -> None:
    assert change(RED, LINK + RED) == LINK
    assert change(LINK + RED, RED) == "\x1b]8;;\x1b\\"
    assert change(LINK, PLAIN) == "\x1b]8;;\x1b\\"
    assert change(LINK + RED, PLAIN) == "\x1b]8;;\x1b\\\x1b[m"


def test_only_what_differs_is_changed() -> None:
    assert change("\x1b[1;38;2;1;2;3;48;2;4;5;6m", "\x1b[38;2;1;2;3;48;2;4;5;6m") == "\x1b[22m"
    assert change("\x1b[1;2;31m", "\x1b[2;31m") == "\x1b[22;2m"
    assert change("\x1b[31;44m", "\x1b[32;44m") == "\x1b[32m"
    assert change("\x1b[38;2;1;2;3;48;2;4;5;6m", "\x1b[48;2;4;5;6m") == "\x1b[39m"
    assert change("\x1b[21;31m", "\x1b[31m") == "\x1b[0;31m", "what ends 21 depends on the terminal"


def test_what_is_no_look_is_refused() -> None:
    with pytest.raises(ValueError, match="is no look"):
        parts_of("\x1b[2J")


@pytest.mark.parametrize("before", LOOKS)
def test_a_blank_looks_the_same_in_the_nearest_look(before: str) -> None:
    for look in LOOKS:
        bare = on_blank(look)
        assert drawn(bare, "  ") == drawn(look, "  ")
        near = blank_after(before, bare)
        assert drawn(near, "  ") == drawn(look, "  "), (before, look)


def test_a_blank_leaves_the_ink_as_it_is() -> None:
    assert blank_after(BOLD, PLAIN) == BOLD
    assert blank_after(BOLD, "\x1b[44m") == BOLD[:-1] + ";44m"
    assert blank_after(LINED, PLAIN) == PLAIN
    assert blank_after(BOLD, LINED) == LINED


@pytest.mark.parametrize("before", TEXTS)
def test_each_line_becomes_each_other(before: tuple[tuple[str, str], ...]) -> None:
    for after in TEXTS:
        shown = fresh()
        first, second = shown.show([stretch(before)]), shown.show([stretch(after)])
        assert drawn(first) == from_scratch(before)
        assert drawn(first, second) == from_scratch(after), (before, after)
        assert shown.show([stretch(after)]) == "", "nothing differs any more"


@pytest.mark.parametrize("before", TEXTS[:6])
def test_each_line_becomes_each_other_in_two_parts(before: tuple[tuple[str, str], ...]) -> None:
    for after, where in product(TEXTS[:6], (1, 2, 3)):
        shown = fresh()
        first = shown.show([stretch(before)])
        whole = stretch(after)
        parts = [CellRun(0, 0), CellRun(0, where)]
        for part, piece in zip(parts, (slice(0, where), slice(where, 4)), strict=True):
            part.glyphs, part.looks = whole.glyphs[piece], whole.looks[piece]
        assert drawn(first, shown.show([parts[1]]), shown.show([parts[0]])) == from_scratch(after)


def test_only_cells_that_differ_are_sent() -> None:
    shown = Shown()
    shown.fit(40, 2)
    shown.show([stretch((("a" * 20 + "b" * 20, RED),))])
    assert shown.show([stretch((("a" * 19 + "c" + "b" * 20, RED),))]) == f"\x1b[1;20H{RED}c\x1b[m"
    assert shown.show([stretch((("d" + "a" * 18 + "c" + "b" * 19 + "e", RED),))]) == f"\x1b[1H{RED}d\x1b[38Ce\x1b[m"
    assert shown.show([stretch((("f" + "a" * 3 + "g" + "a" * 14 + "c" + "b" * 19 + "e", RED),))]) == f"\x1b[1H{RED}faaag\x1b[m"


def test_what_was_forgotten_is_sent_again() -> None:
    shown = fresh()
    first = shown.show([stretch(TEXTS[0])])
    shown.forget()
    assert shown.show([stretch(TEXTS[0])]) == first
    shown.fit(4, 1)
    assert shown.show([stretch(TEXTS[0])]) == ""
    shown.fit(5, 1)
    assert shown.show([stretch(TEXTS[0])]) == first, "of another size nothing is known"


def test_behind_a_glyph_of_doubtful_width_the_cursor_is_placed_anew() -> None:
    shown = Shown()
    shown.fit(8, 1)
    sent = shown.show([stretch((("ab", RED), ("👩\u200d🔬", RED), ("cd", RED)))])
    assert sent == f"\x1b[1H{RED}ab👩\u200d🔬\x1b[1;5Hcd\x1b[m"


def test_a_line_with_a_glyph_of_doubtful_width_is_sent_whole() -> None:
    shown = fresh()
    shown.show([stretch((("ab", RED), ("日", RED)))])
    assert shown.show([stretch((("abcd", RED),))]) == f"\x1b[1H{RED}abcd\x1b[m"
    assert shown.show([stretch((("abce", RED),))]) == f"\x1b[1;4H{RED}e\x1b[m"


def test_stretches_of_a_line_may_come_in_any_order() -> None:
    shown = fresh()
    sent = shown.show([stretch((("cd", RED),), x=2), stretch((("ab", RED),))])
    assert drawn(sent) == from_scratch(TEXTS[0])


def test_of_a_glyph_that_is_covered_in_part_nothing_is_known() -> None:
    shown = fresh()
    shown.show([stretch((("日本", RED),))])
    shown.show([stretch((("x", RED),), x=1)])
    assert shown.lines[0].glyphs == [None, "x", None, None]
    shown.show([stretch((("日本", RED),))])
    assert shown.lines[0].glyphs == ["日本", "", "", ""]
    shown.show([stretch((("xyz", RED),))])
    assert shown.lines[0].glyphs == ["x", "y", "z", None]


@pytest.mark.parametrize("text", ["a\x1b[2J", "a\nb", "\u0301a", "\u200b", "\u200da"])
def test_a_text_that_cannot_be_taken_apart_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        stretch(((text, RED),))


def test_characters_of_one_cell_are_told_from_others() -> None:
    assert all(map(takes_one_cell, "aZ~ é×σ∂→│█⣿…"))
    assert not any(map(takes_one_cell, "日\u0301\u200b\u200d\ufe0f👩\u0627\n\x1b\u00ad⌚"))
