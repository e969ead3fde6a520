"""The words for images together: what they send is the slope of what they give."""

from __future__ import annotations

import gradlab

MODEL = """
x = param(shape=(2, 3, 8, 8), init=normal(1))
h = relu(instance_norm(conv(pad(x, (0, 0, 1, 1), mode="reflect"), 4, 3)))
p = max_pool2d(h, 3, 2, ceil_mode=True)
places = param([[[[0.1, 0.2], [-0.3, 0.45]]], [[[0.15, -0.2], [0.7, 0.45]]]])
s = grid_sample(p, places)
r = roi_pool(h, [[0, 0, 0, 3, 3], [1, 2, 2, 7, 7]], 2)
u = upsample_bilinear(p, size=(5, 7))
stays = nms([[0, 0, 4, 4], [0, 0, 4, 3]], [0.5, 0.9])
loss = sum(s**2) + sum(r**2) + mean(rms_norm(u) ** 2 * 0.5) + sum(lrn(h, 3) ** 2) + sum(stays)
"""


def test_a_model_of_words_for_images_has_right_gradients() -> None:
    lab = gradlab.build(MODEL, backend="plain")
    lab.do("backward")
    assert lab.value("stays").tolist() == [0, 1]
    assert lab.grad("places").any() and lab.grad("x").any()
    assert lab.do("check").ok
