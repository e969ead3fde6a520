"""The list over the foot."""

from __future__ import annotations

from collections import Counter

from gradlab.draw.ink import dump
from gradlab.tui.overlays.listing import ROWS, ListedThing, ListOverlay, Offered


def overlay() -> ListOverlay:
    return ListOverlay("find", "/ ", "", leave=lambda: None)


def test_of_ten_thousand_things_only_those_in_sight_are_made() -> None:
    made: Counter[int] = Counter()

    def make(place: int) -> ListedThing:
        made[place] += 1
        return ListedThing("node", f"n{place}")

    listed = overlay()
    listed.fill(Offered([("node", f"n{place}") for place in range(10_000)], make))
    listed.rows(100, 30)
    shown = ""
    for key in "n99":
        listed.takes(key, key)
        shown = dump(listed.rows(100, 30))
    assert "first 200 of 10,000" in shown and "▸ n99" in shown
    assert len(made) <= 4 * (ROWS + 1)
    assert set(made.values()) == {1}


def test_what_is_marked_stays_marked_when_more_is_offered() -> None:
    listed = overlay()
    things = [ListedThing("node", name) for name in ("a", "b", "c")]
    listed.fill(things)
    listed.takes("down", None)
    listed.fill([ListedThing("mark", "new"), *things])
    assert listed.marked == things[1]


def test_details_are_searched_where_they_are_part_of_what_is_offered() -> None:
    listed = overlay()
    listed.by_detail = True
    listed.fill([ListedThing("do", "step", "next op"), ListedThing("do", "back", "the op before")])
    for key in "before":
        listed.takes(key, key)
    assert listed.marked is not None and listed.marked.name == "back"
