"""The row of the player."""

from __future__ import annotations

import pytest

from gradlab.draw.ink import text_of, width_of
from gradlab.draw.transport import clock, transport_row
from gradlab.lab.teach.timing import Beat, Timing

BEATS = (
    Beat(("page", 0), 10.0, "One", heading="One"),
    Beat(("line", 0), 1.0, "forward"),
    Beat(("line", 1), 4.0, "s", asks=True),
    Beat(("page", 1), 25.0, "Two", heading="Two"),
)


@pytest.mark.parametrize(
    ("at", "state", "text"),
    [
        (1, "plays", " ▶ plays  ×2  0:00 ├▸───────◇──┬───────────────────┤ 0:20  1/4"),
        (3, "waits", " ◇ waits  ×2  0:06 ├┬━━━━━━━▸──┬───────────────────┤ 0:20  3/4"),
        (4, "ended", " ■ ended  ×2  0:08 ├┬━━━━━━━◇━━▸───────────────────┤ 0:20  4/4"),
    ],
)
def test_the_track_shows_what_is_behind_and_the_questions_to_come(at: int, state: str, text: str) -> None:
    assert text_of(transport_row(Timing(BEATS, at), 2.0, state, 62)) == text


def test_it_fits_every_width_that_a_terminal_has() -> None:
    for width in range(40, 300):
        for at in range(5):
            assert width_of(transport_row(Timing(BEATS, at), 1.5, "stands", width)) <= width


def test_without_a_stop_there_is_an_empty_track() -> None:
    assert text_of(transport_row(Timing(()), 1.0, "stands", 50)).endswith("0:00  0/0")


def test_a_clock_has_minutes_and_seconds() -> None:
    assert [clock(seconds) for seconds in (0, 9.6, 61, 3600)] == ["0:00", "0:10", "1:01", "60:00"]
