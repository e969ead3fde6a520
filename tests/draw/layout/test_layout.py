"""Layouts of many graphs, each looked at cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.model import Doors, least_width
from tests.bench.graphs import Inputs, chain, densenet, lstm, random_dag
from tests.draw.layout.judge import Picture, judge, lines_only_cross, no_line_enters_a_foreign_box


def request(inputs: Inputs, width: int = 15, height: int = 4, gap: int = 0) -> LayoutRequest:
    """Return a request with boxes as wide as their inputs need."""
    return LayoutRequest(inputs, [max(width, least_width(len(sources))) for sources in inputs], [height] * len(inputs), gap)


@st.composite
def requests(draw: st.DrawFn) -> LayoutRequest:
    """Draw graphs with boxes of all sizes, nodes that are read twice by one reader, and separate components."""
    inputs: Inputs = []
    for index in range(draw(st.integers(0, 24))):
        sources = st.integers(0, index - 1) if index else st.nothing()
        inputs.append(tuple(draw(st.lists(sources, max_size=4))) if index else ())
    widths = [least_width(max(len(sources), 1)) + draw(st.integers(0, 14)) for sources in inputs]
    heights = [draw(st.integers(1, 6)) for _ in inputs]
    return LayoutRequest(inputs, widths, heights, gap=draw(st.integers(1, 2)), wrap=draw(st.sampled_from((1, 40, 160))))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(requests())
def test_any_graph_is_drawn_as_it_is(asked: LayoutRequest) -> None:
    judge(asked, lay_out(asked))


@pytest.mark.parametrize("seed", range(12))
def test_random_graphs_with_long_lines_are_drawn_as_they_are(seed: int) -> None:
    asked = request(random_dag(90, seed, most=4, reach=70), width=9 + seed % 4, height=1 + seed % 4, gap=seed % 2)
    judge(asked, lay_out(asked))


@pytest.mark.parametrize("inputs", [densenet((3, 5, 2)).inputs, lstm(6).inputs, chain(300)], ids=["densenet", "lstm", "chain"])
def test_networks_are_drawn_as_they_are(inputs: Inputs) -> None:
    judge(request(inputs), lay_out(request(inputs)))


def test_the_same_graph_is_always_drawn_the_same() -> None:
    asked = request(random_dag(120, 3))
    one, other = lay_out(asked), lay_out(asked)
    assert one.arrivals == other.arrivals
    for field in ("x", "y", "rank", "exits", "segments"):
        assert np.array_equal(getattr(one, field), getattr(other, field))


def test_an_empty_graph_takes_no_room() -> None:
    drawn = lay_out(LayoutRequest([], [], []))
    assert (drawn.columns, drawn.rows, len(drawn.segments)) == (0, 0, 0)


def test_a_chain_stands_in_one_column_with_straight_lines() -> None:
    drawn = lay_out(request(chain(50)))
    assert (drawn.columns, drawn.rows) == (15, 200)
    assert set(drawn.exits[:-1].tolist()) == {7}


def test_a_leaf_stands_just_above_its_first_reader() -> None:
    inputs: Inputs = [(), (0,), (1,), (), (2, 3), (4, 3)]
    rank = lay_out(request(inputs)).rank
    assert rank.tolist() == [0, 1, 2, 2, 3, 4]


def test_a_tensor_with_many_readers_is_one_line_past_each_layer() -> None:
    inputs: Inputs = [(), ()] + [(index + 1, 0) for index in range(30)]
    drawn = lay_out(request(inputs))
    assert drawn.columns <= 40
    judge(request(inputs), drawn)


def test_an_lstm_of_25_steps_is_at_most_150_cells_wide() -> None:
    assert lay_out(request(lstm(25).inputs)).columns <= 150


def test_components_of_another_floor_begin_a_new_row() -> None:
    drawn = lay_out(LayoutRequest([(), (), ()], [15] * 3, [4] * 3, floors=[0, 0, 1]))
    assert drawn.y.tolist() == [0, 0, 5]


def test_components_stand_apart_and_wrap() -> None:
    asked = LayoutRequest([(), (0,), (), (2,)], [15] * 4, [4] * 4, wrap=20)
    drawn = lay_out(asked)
    assert (drawn.columns, drawn.rows) == (15, 17)
    judge(asked, drawn)


def test_a_box_too_narrow_for_its_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="box 2 is 5 cells wide, too narrow for 2 inputs"):
        lay_out(LayoutRequest([(), (), (0, 1)], [15, 15, 5], [4] * 3))


def test_an_input_behind_its_reader_is_refused() -> None:
    with pytest.raises(ValueError, match="must stand before its reader"):
        lay_out(LayoutRequest([(1,), ()], [15, 15], [4, 4]))


def test_the_judge_sees_a_line_through_a_box_and_two_lines_in_one() -> None:
    asked = request([(), (0,), (1,)])
    drawn = lay_out(asked)
    through = _with(drawn, [(0, 7, 3, 7, 9)])
    with pytest.raises(AssertionError, match=r"0 enters 1|through 1"):
        no_line_enters_a_foreign_box(Picture(asked, through))
    with pytest.raises(AssertionError, match="lie on one another"):
        lines_only_cross(Picture(asked, _with(drawn, [(0, 7, 3, 7, 4), (1, 7, 4, 7, 8)])))


def _with(drawn: Layout, segments: list[tuple[int, int, int, int, int]]) -> Layout:
    return Layout(
        drawn.x, drawn.y, drawn.width, drawn.height, drawn.rank, drawn.exits, drawn.arrivals,
        np.array(segments, dtype=np.int32), drawn.columns, drawn.rows,
    )  # fmt: skip


@st.composite
def framed(draw: st.DrawFn) -> LayoutRequest:
    """Draw graphs with entries at the top, a foot at the bottom, and boxes whose lines enter and leave in given columns."""
    entries = draw(st.integers(0, 4))
    inputs: Inputs = [()] * entries
    for index in range(entries, entries + draw(st.integers(1, 12))):
        inputs.append(tuple(draw(st.lists(st.integers(0, index - 1), max_size=3, unique=True))) if index else ())
    foot = draw(st.booleans())
    if foot:
        inputs.append(tuple(draw(st.lists(st.integers(0, len(inputs) - 1), min_size=1, max_size=3, unique=True))))
    widths = [least_width(max(len(sources), 1)) + draw(st.integers(0, 9)) for sources in inputs]
    doors = {}
    for node in range(entries, len(inputs) - foot):
        if draw(st.booleans()):
            columns = draw(st.permutations(range(1, widths[node] - 1)))
            doors[node] = Doors(tuple(sorted(columns[: len(inputs[node])])), columns[-1])
    heights = [1] * entries + [draw(st.integers(2, 6)) for _ in inputs[entries:]]
    return LayoutRequest(inputs, widths, heights, entries=entries, foot=foot, doors=doors)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(framed())
def test_a_graph_with_given_places_where_lines_enter_and_leave_is_drawn_as_it_is(asked: LayoutRequest) -> None:
    drawn = lay_out(asked)
    judge(asked, drawn)
    for box, doors in asked.doors.items():
        assert tuple(column - drawn.x[box] for column in drawn.arrivals[box]) == doors.arrivals
        assert drawn.exits[box] in (-1, drawn.x[box] + doors.exit)
    assert not drawn.y[: asked.entries].any()
    if asked.foot:
        assert drawn.y[-1] + asked.heights[-1] == drawn.rows
        assert all(drawn.y[:-1] < drawn.y[-1])
