"""A plane and a surface are the model on other inputs, and with other parameters."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.draw.plots import Paper
from gradlab.draw.plots.plane import PlanePicture
from gradlab.draw.plots.surface import SurfacePicture, bands, smooth
from gradlab.errors import ActionError, ShapeError
from gradlab.graph.batching import rebatched
from gradlab.session import Lab, build
from tests.draw.plots.cases import LINE, NET, opened

THREE = "x = input([[1.0, 2.0, 3.0], [0.0, 1.0, 5.0]])\nw = param([[1.0], [10.0], [100.0]])\ny = x @ w\nz = sum(y)\n"


def plane(lab: Lab, line: str) -> PlanePicture:
    found = opened(lab, line).picture(lab, Paper())
    assert isinstance(found, PlanePicture)
    return found


def corners(picture: PlanePicture) -> list[list[float]]:
    return [[float(picture.values[r, c]) for c in (0, -1)] for r in (0, -1)]


def test_the_corners_of_a_plane_are_what_the_model_gives_there() -> None:
    lab = build(NET, seed=2, backend="plain")
    lab.do("train 40\nforward")
    found = plane(lab, "plane y over x[:, 0] 0..1, x[:, 1] 0..1")
    points = {tuple(x): float(y) for x, y in zip(lab.value("x").tolist(), lab.value("y").reshape(-1), strict=True)}
    assert corners(found) == [[pytest.approx(points[0.0, 1.0]), pytest.approx(points[1.0, 1.0])],
                              [pytest.approx(points[0.0, 0.0]), pytest.approx(points[1.0, 0.0])]]  # fmt: skip
    lab.do("train 10")
    assert corners(plane(lab, "plane y over x[:, 0] 0..1, x[:, 1] 0..1")) != corners(found)


def test_other_features_stay_at_their_mean_and_that_is_said() -> None:
    lab = build(THREE, backend="plain")
    found = plane(lab, "plane y over x[:, 0] 0..1, x[:, 2] 0..2")
    assert corners(found) == [[215.0, 216.0], [15.0, 16.0]]
    assert found.notes == ("held at the mean of the data: x[:, 1] = 1.5",)


def test_a_model_that_cannot_take_more_samples_is_run_in_batches() -> None:
    text = "x = input([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]])\nflat = reshape(x, (6,))\ny = reshape(flat[0:6:2], (3, 1))\n"
    lab = build(text, backend="plain")
    with pytest.raises(ShapeError):
        rebatched(lab.graph, {lab.known.nodes["y"]}, lab.known.nodes["x"], 8)
    assert corners(plane(lab, "plane y over x[:, 0] -1..1, x[:, 1] 0..2")) == [[-1.0, 1.0], [-1.0, 1.0]]


def test_dropout_is_left_out_of_a_plane() -> None:
    lab = build('x, t = dataset("xor")\ny = dropout(x[:, 0:1] + x[:, 1:2], 0.9)\n', backend="plain")
    assert corners(plane(lab, "plane y over x[:, 0] 0..1, x[:, 1] 0..1")) == [[1.0, 2.0], [0.0, 1.0]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("plane y", "`x` has 3 features: say which two, `over x[:, 0], x[:, 1]`"),
        ("plane y over x[:, 0] 0..1", "a plane lies over two features, got 1"),
        ("plane y over x[:, 0] 0..1, x[:, 0] 0..1", "are the same feature"),
        ("plane y over x[:, 0] 1..0, x[:, 1] 0..1", "the first number has to be the smaller one"),
        ("plane y over x[:, 0] 0..one, x[:, 1] 0..1", "is no stretch"),
        ("plane y over w[:, 0], x[:, 0]", "both features are of one input"),
        ("plane x over x[:, 0], x[:, 1]", "is 3 numbers a point: take one of them, `x[:, 0]`"),
        ("plane z over x[:, 0], x[:, 1]", "is no number a point"),
        ("plane grad(y) over x[:, 0], x[:, 1]", "there are only values of nodes"),
        ("plane y over x[:, 0], x[:, 1] by z", "write `points x by t`"),
        ("surface z over x[0, 0] 0..1, w[0, 0] 0..1", ""),
        ("surface y over w[0, 0] 0..1, w[1, 0] 0..1", "is not one number"),
        ("surface z over w 0..1, w[1, 0] 0..1", "take a single number, `w[0, 0]`"),
        ("surface z over w[0, 0] 0..1, w[0, 0] 0..1", "both numbers are the same one"),
        ("surface z over y[0, 0] 0..1, w[0, 0] 0..1", "is worked out from others"),
        ("surface z", "over which two numbers?"),
    ],
)
def test_what_a_plane_or_a_surface_cannot_lie_over_says_what_would_fit(line: str, said: str) -> None:
    lab = build(THREE, backend="plain")
    lab.do("backward")
    if not said:
        lab.do(f"plot {line}")
        return
    with pytest.raises(ActionError) as error:
        lab.do(f"plot {line}")
    assert said in str(error.value)
    assert len(lab.plots) == 0


def test_a_surface_is_the_loss_with_other_parameters_and_moves_nothing() -> None:
    lab = build(LINE, backend="plain")
    lab.do("forward")
    digest = lab.digest()
    found = opened(lab, "surface loss over w 0..2, b -1..1").picture(lab, Paper())
    assert isinstance(found, SurfacePicture)
    x, t = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 5.0])
    for r, b in ((0, 1.0), (-1, -1.0)):
        for c, w in ((0, 0.0), (-1, 2.0)):
            assert found.values[r, c] == pytest.approx(float(np.mean((w * x + b - t) ** 2)))
    assert lab.digest() == digest


def test_a_path_goes_through_the_parameters_of_each_update_and_leads_there() -> None:
    lab = build(LINE, backend="plain")
    lab.do("plot surface loss over w 0..3, b -1..2 path\ntrain 4")
    found = lab.plots.of(1).picture(lab, Paper())
    assert isinstance(found, SurfacePicture)
    assert found.updates == (0, 1, 2, 3, 4)
    assert found.way[0].tolist() == [1.0, 0.5]
    assert found.way[-1].tolist() == [float(lab.value("w")), float(lab.value("b"))]
    assert found.spot((0, 2)).goal.line == "goto 2"
    assert found.values.tolist() == opened(lab, "surface loss over w 0..3, b -1..2").picture(lab, Paper()).values.tolist()  # type: ignore[attr-defined]


def test_each_band_has_as_many_points_and_nan_is_in_none() -> None:
    found = bands(np.append(np.arange(80.0), np.nan))
    assert [int((found == k).sum()) for k in range(8)] == [10] * 8
    assert np.isnan(found[-1])


def test_between_the_points_of_a_grid_lie_straight_lines() -> None:
    assert smooth(np.array([[0.0, 2.0], [4.0, 6.0]]), (3, 3)).tolist() == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
