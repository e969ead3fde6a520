"""Augmentation: what each does to images, that it is a function of (seed, update), and that only training rows are changed."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.data import DATASETS, Dataset, open_table
from gradlab.data.augmentations import AUGMENTATIONS, Augmentation
from gradlab.data.dataset import Rows
from gradlab.errors import ArgumentError
from gradlab.graph.random import Stream
from gradlab.op import Array

DIGITS, IRIS = DATASETS["digits"], DATASETS["iris"]
STREAM = Stream(3, "augment", 7)
IMAGES = np.arange(1.0, 401.0).reshape(10, 2, 4, 5)
ARGUMENTS: dict[str, dict[str, float]] = {
    "flip": {"p": 0.5},
    "shift": {"pixels": 2},
    "crop": {"size": 3},
    "noise": {"std": 0.1},
    "jitter": {"amount": 0.2},
}
each = pytest.mark.parametrize("one", AUGMENTATIONS.values(), ids=lambda a: str(a.name))


@each
def test_an_augmentation_keeps_the_shape_and_says_what_it_does(one: Augmentation) -> None:
    changed = one.rule(STREAM, IMAGES, 400.0, **ARGUMENTS[one.name])
    assert changed.shape == IMAGES.shape and not np.array_equal(changed, IMAGES)
    assert one.name in one.doc
    again = one.rule(STREAM, IMAGES, 400.0, **ARGUMENTS[one.name])
    assert changed.tobytes() == again.tobytes()
    other = one.rule(Stream(3, "augment", 8), IMAGES, 400.0, **ARGUMENTS[one.name])
    assert changed.tobytes() != other.tobytes()


def test_a_flipped_image_is_mirrored_or_left_alone() -> None:
    flip = AUGMENTATIONS["flip"].rule
    ways = [
        np.array_equal(a, b[:, :, ::-1]) - np.array_equal(a, b) for a, b in zip(flip(STREAM, IMAGES, 1.0), IMAGES, strict=True)
    ]
    assert set(ways) == {1, -1}
    assert np.array_equal(flip(STREAM, IMAGES, 1.0, p=1.0), IMAGES[:, :, :, ::-1])
    assert np.array_equal(flip(STREAM, IMAGES, 1.0, p=0.0), IMAGES)


def test_a_shifted_image_moves_whole_with_zeros_behind() -> None:
    many = np.repeat(IMAGES[:1], 200, axis=0)
    seen = set()
    for image in AUGMENTATIONS["shift"].rule(STREAM, many, 1.0, pixels=1):
        moves = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if np.array_equal(image, moved(many[0], dy, dx))]
        assert len(moves) == 1
        seen.add(moves[0])
    assert len(seen) == 9


def moved(image: Array, dy: int, dx: int) -> Array:
    """Move an image down and to the right, pixel by pixel."""
    out = np.zeros_like(image)
    for i in range(image.shape[1]):
        for j in range(image.shape[2]):
            if 0 <= i - dy < image.shape[1] and 0 <= j - dx < image.shape[2]:
                out[:, i, j] = image[:, i - dy, j - dx]
    return out


def test_a_crop_is_a_window_enlarged() -> None:
    many = np.repeat(IMAGES[:1], 100, axis=0)
    seen = set()
    for image in AUGMENTATIONS["crop"].rule(STREAM, many, 1.0, size=2):
        corners = [(a, b) for a in range(3) for b in range(4) if np.array_equal(image, window(many[0], a, b))]
        assert len(corners) == 1
        seen.add(corners[0])
    assert len(seen) == 12


def window(image: Array, top: int, left: int) -> Array:
    """Return the 2x2 window as an image of 4x5: two rows each, and three and two columns."""
    return np.repeat(np.repeat(image[:, top : top + 2, left : left + 2], 2, axis=1), [3, 2], axis=2)


def test_noise_and_jitter_are_as_large_as_they_say() -> None:
    many = np.full((5000, 1, 4, 4), 8.0)
    noise = AUGMENTATIONS["noise"].rule(STREAM, many, 16.0, std=0.05) - many
    # Five standard errors of a standard deviation over 80,000 numbers are 5 / √160,000 = 1.3 %.
    np.testing.assert_allclose(noise.std(), 0.8, rtol=0.013)
    factors = AUGMENTATIONS["jitter"].rule(STREAM, many, 16.0, amount=0.2) / many
    assert (np.ptp(factors.reshape(5000, 16), axis=1) == 0).all()
    assert 0.8 <= factors.min() < 0.81 and 1.19 < factors.max() <= 1.2


def test_noise_is_a_share_of_the_range_whatever_the_scale() -> None:
    for scale, unit in ((None, 16.0), (16.0, 1.0)):
        x, _ = open_table(DIGITS, split="train", augment="noise(0.05)", scale=scale).feeds(0)
        added = x.value(0, 0) - open_table(DIGITS, split="train", scale=scale).rows(0)[0]
        # Five standard errors of a standard deviation over 92,032 numbers are 5 / √184,064 = 1.2 %.
        np.testing.assert_allclose(added.std(), 0.05 * unit, rtol=0.012)


def test_a_batch_is_changed_by_seed_and_update_and_its_targets_are_not() -> None:
    named = {"split": "train", "batch": 16}
    (x, t), (plain, same) = open_table(DIGITS, augment="shift(1)", **named).feeds(0), open_table(DIGITS, **named).feeds(0)
    assert x.varies and x.shape == plain.shape
    assert x.value(0, 5).tobytes() == x.value(0, 5).tobytes()
    assert x.value(0, 5).tobytes() != plain.value(0, 5).tobytes()
    assert t.value(0, 5).tobytes() == same.value(0, 5).tobytes()
    before = x.value(0, 500).tobytes()
    x.value(1, 3)
    assert x.value(0, 500).tobytes() == before != x.value(1, 500).tobytes()


def test_the_whole_split_is_changed_anew_in_every_update() -> None:
    x, t = open_table(DIGITS, split="train", augment="noise(0.1)").feeds(0)
    assert x.varies and not t.varies
    assert x.value(0, 0).tobytes() != x.value(0, 1).tobytes()


def test_flat_digits_are_changed_as_the_images_that_they_are() -> None:
    named = {"split": "train", "batch": 16, "augment": "shift(2), crop(6)"}
    flat, image = open_table(DIGITS, **named).feeds(0)[0], open_table(DIGITS, image=True, **named).feeds(0)[0]
    assert np.array_equal(flat.value(0, 3), image.value(0, 3).reshape(16, 64))


def test_rows_are_changed_before_they_are_prepared() -> None:
    """Zeros that come in are black pixels: after centring they are minus the mean of their place."""
    x, _ = open_table(DIGITS, split="train", augment="shift(7)", scale="center").feeds(0)
    raw = open_table(DIGITS, split="train", scale=None).rows(0)[0]
    least = x.value(0, 0).min(axis=0)
    np.testing.assert_allclose(least, -raw.mean(axis=0), atol=1e-12)


def test_what_is_held_out_and_what_is_asked_about_is_not_changed() -> None:
    table = open_table(DIGITS, split="train", batch=16, augment="noise(0.5)", validation=0.1)
    plain = open_table(DIGITS, split="train", validation=0.1)
    for split in ("train", "validation", "test"):
        assert np.array_equal(table.part(split).feeds(0)[0].value(0, 0), plain.part(split).rows(0)[0])


def test_the_same_change_twice_is_drawn_twice() -> None:
    twice = open_table(IRIS, augment="noise(0.1), noise(0.1)").feeds(0)[0].value(0, 0)
    once = open_table(IRIS, augment="noise(0.1)").feeds(0)[0].value(0, 0)
    raw = open_table(IRIS).rows(0)[0]
    assert not np.allclose(twice - raw, 2 * (once - raw))


def test_grey_images_without_channels_are_images() -> None:
    def load(seed: int) -> Rows:
        return IMAGES[:, 0].copy(), np.zeros(10)

    x, _ = open_table(Dataset("grey", load, False, None, 0), augment="shift(1)").feeds(0)
    assert x.value(0, 0).shape == (10, 4, 5)


FORM = 'is a text such as "flip, shift(1), noise(0.05)"'


@pytest.mark.parametrize(
    ("data", "named", "text"),
    [
        (DIGITS, {"augment": "flp"}, "`augment` of `digits`: unknown `flp`; did you mean `flip`?"),
        (DIGITS, {"augment": "rotate"}, "`augment` of `digits`: unknown `rotate`; there are crop, flip, jitter, noise, shift"),
        (DIGITS, {"augment": "flip; shift"}, f'`augment` of `digits` {FORM}, got "flip; shift"'),
        (DIGITS, {"augment": "shift(1"}, f'`augment` of `digits` {FORM}, got "shift(1"'),
        (DIGITS, {"augment": ""}, f'`augment` of `digits` {FORM}, got ""'),
        (DIGITS, {"augment": 3}, f"`augment` of `digits` {FORM}, got 3"),
        (DIGITS, {"augment": "shift(far)"}, "`augment` of `digits`: `shift` takes numbers, got `far`"),
        (DIGITS, {"augment": "shift(8)"}, "`pixels` of `shift` is from 0 to 7, got 8"),
        (DIGITS, {"augment": "shift(0.5)"}, "`pixels` of `shift` is a whole number, got 0.5"),
        (DIGITS, {"augment": "shift(1, 2)"}, "`shift` takes (pixels=1), got 2 values"),
        (DIGITS, {"augment": "crop"}, "`crop` needs `size`; it takes (size)"),
        (DIGITS, {"augment": "crop(9)"}, "`size` of `crop` is from 1 to 8, got 9"),
        (DIGITS, {"augment": "noise(-1)"}, "`std` of `noise` is at least 0, got -1"),
        (DIGITS, {"augment": "noise(1e999)"}, "`std` of `noise` is a number, got inf"),
        (DIGITS, {"augment": "jitter(2)"}, "`amount` of `jitter` is from 0 to 1, got 2"),
        (DIGITS, {"augment": "flip(1.5)"}, "`p` of `flip` is from 0 to 1, got 1.5"),
        (DIGITS, {"augment": "flip", "split": "test"}, '`augment` of `digits` is for training rows, not for split="test"'),
        (IRIS, {"augment": "flip"}, "`flip` changes images (channels, height, width), the rows of `iris` have shape (4,)"),
    ],
)
def test_a_wrong_augmentation_is_named(data: Dataset, named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        open_table(data, **named).feeds(0)
    assert str(caught.value) == text
