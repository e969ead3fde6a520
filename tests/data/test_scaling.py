"""Centring, principal axes and whitening: what the training rows are afterwards, and that they alone decide."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.data import DATASETS, open_table
from gradlab.data.scaling import NAMES, principal_axes, scaled
from gradlab.errors import ArgumentError

WINE, IRIS, DIGITS = DATASETS["wine"], DATASETS["iris"], DATASETS["digits"]


def test_centred_features_have_mean_0_and_keep_their_width() -> None:
    raw, x = open_table(WINE).rows(0)[0], open_table(WINE, scale="center").rows(0)[0]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-11)
    np.testing.assert_allclose(x.std(axis=0), raw.std(axis=0), rtol=1e-12)


def test_principal_axes_are_scikit_learns_with_the_greatest_element_positive() -> None:
    from sklearn.decomposition import PCA

    raw = open_table(WINE).rows(0)[0]
    x, theirs = open_table(WINE, scale="pca").rows(0)[0], PCA().fit(raw)
    axes, deviations = principal_axes(raw - raw.mean(axis=0))
    np.testing.assert_allclose(deviations**2 * len(raw) / (len(raw) - 1), theirs.explained_variance_, rtol=1e-8)
    signs = np.sign(np.take_along_axis(theirs.components_, np.abs(axes).argmax(axis=1, keepdims=True), axis=1))
    np.testing.assert_allclose(axes, theirs.components_ * signs, atol=1e-9)
    np.testing.assert_allclose(x, theirs.transform(raw) * signs.T, atol=1e-8)
    assert (np.take_along_axis(axes, np.abs(axes).argmax(axis=1, keepdims=True), axis=1) > 0).all()


@pytest.mark.parametrize("scale", ["whiten", "zca"])
def test_whitened_training_rows_have_the_identity_as_covariance(scale: str) -> None:
    table = open_table(WINE, split="train", scale=scale)
    x, test = table.rows(0)[0], table.part("test").rows(0)[0]
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose(x.T @ x / len(x), np.eye(13), atol=1e-9)
    assert np.abs(test.T @ test / len(test) - np.eye(13)).max() > 0.05


def test_before_whitening_features_go_together() -> None:
    x = open_table(WINE, scale="standard").rows(0)[0]
    assert np.abs(x.T @ x / len(x) - np.eye(13)).max() > 0.5


def test_zca_is_the_nearest_whitening() -> None:
    """Whitening turned by any rotation is white as well; ZCA has the symmetric matrix, and so moves the rows the least."""
    centred = open_table(IRIS, scale="center").rows(0)[0]
    zca, white = (open_table(IRIS, scale=scale).rows(0)[0] for scale in ("zca", "whiten"))
    matrix = np.linalg.lstsq(centred, zca, rcond=None)[0]
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-9)
    assert ((zca - centred) ** 2).sum() < ((white - centred) ** 2).sum()


def test_pixels_that_never_change_stay_0_when_whitened() -> None:
    x = open_table(DIGITS, split="train", scale="whiten").rows(0)[0]
    covariance = x.T @ x / len(x)
    live = np.diag(covariance) > 0.5
    assert x.shape[1] == 64 and live.sum() == 61
    np.testing.assert_allclose(covariance, np.diag(live.astype(float)), atol=1e-9)


def test_images_whitened_by_zca_are_images_and_by_axes_are_rows() -> None:
    assert open_table(DIGITS, image=True, scale="zca").rows(0)[0].shape == (1797, 1, 8, 8)
    assert open_table(DIGITS, image=True, scale="whiten", components=10).rows(0)[0].shape == (1797, 10)
    flat = open_table(DIGITS, scale="zca", components=20).rows(0)[0]
    assert np.array_equal(open_table(DIGITS, image=True, scale="zca", components=20).rows(0)[0].reshape(1797, 64), flat)


def test_few_components_keep_the_greatest_variances() -> None:
    every, few = (open_table(IRIS, scale="pca", components=k).rows(0)[0] for k in (None, 2))
    assert few.shape == (150, 2) and np.array_equal(few, every[:, :2])
    assert (np.diff(every.var(axis=0)) < 0).all()


def test_rows_prepared_alone_are_what_they_are_among_others() -> None:
    x = open_table(WINE).rows(0)[0]
    for scale in NAMES:
        np.testing.assert_allclose(scaled(x[:3], x, scale), scaled(x, x, scale)[:3], rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("named", "text"),
    [
        (
            {"scale": "pca", "components": 5},
            "`components` of `iris` is at most 4: there are 4 features in 150 rows, got 5",
        ),
        ({"scale": "pca", "components": 0}, "`components` of `iris` is from 1 to 1,000,000, got 0"),
        ({"components": 2}, '`components` of `iris` goes with `scale` "pca", "whiten", "zca"'),
        ({"scale": "standard", "components": 2}, '`components` of `iris` goes with `scale` "pca", "whiten", "zca"'),
    ],
)
def test_a_wrong_preparation_is_named(named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        open_table(IRIS, **named).feeds(0)
    assert str(caught.value) == text


def test_more_components_than_rows_are_refused() -> None:
    text = "`components` of `breast_cancer` is at most 5: there are 30 features in 5 rows, got 6"
    with pytest.raises(ArgumentError) as caught:
        open_table(DATASETS["breast_cancer"], split="train", test=564, scale="whiten", components=6).feeds(0)
    assert str(caught.value) == text
