"""More networks, broken and healthy ones, that were put aside while the rules were written.

Name -> (updates, rules of which one is the headline, "" for none, model).
"""

from __future__ import annotations

CIRCLES = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
MORE: dict[str, tuple[int, str, str]] = {
    "wine raw, adam, deep": (
        200,
        "A1",
        """
x, t = dataset("wine", split="train", batch=32, scale=None)
h = sigmoid(dense(x, 24))
h = sigmoid(dense(h, 12))
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.001))
""",
    ),
    "a price in thousands": (
        300,
        "A2",
        """
x, c = dataset("friedman", n=400, noise=0.5, split="train", batch=40, target="column")
t = 20000 * c + 50000
h = relu(dense(x, 32, init=he))
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "a relu where temperatures come out": (
        300,
        "A3",
        """
x, t = dataset("s_curve", n=400, split="train", batch=40, target="column")
h = relu(dense(x, 24, init=he))
h = relu(dense(h, 24, init=he))
y = relu(dense(h, 1))
loss = mae(y, t - 3.0)
minimize(loss, adam(0.005))
""",
    ),
    "sigmoid twice for two classes": (
        200,
        "A5",
        CIRCLES
        + """
h = relu(dense(x, 16, init=he))
y = sigmoid(dense(h, 1))
loss = bce(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "class numbers as measured values under a softmax": (
        300,
        "A6 A3",
        """
x, t = dataset("iris", split="train", batch=30, target="onehot")
h = sigmoid(dense(x, 16))
p = softmax(dense(h, 3))
loss = mae(p, t)
minimize(loss, sgd(0.01))
""",
    ),
    "sum of a thousand pixels": (
        200,
        "A7 D5 B6",
        """
x, t = dataset("digits", split="train", batch=128)
h = relu(dense(x, 64, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t, reduction="sum")
minimize(loss, sgd(0.1))
""",
    ),
    "scores of hundreds at the start": (
        150,
        "A8 C2",
        """
x, t = dataset("breast_cancer", split="train", batch=32, scale="standard")
h = tanh(dense(x, 32))
y = dense(h, 2, init=normal(40.0))
loss = cross_entropy(y, t)
minimize(loss, sgd(0.001))
""",
    ),
    "one in thirty": (
        300,
        "A9",
        """
x, c = dataset("classification", n=900, features=6, informative=3, classes=2, apart=0.5, split="train", batch=90)
t = c * (x[:, 0] > 1.0) * (x[:, 1] > 0.5)
h = relu(dense(x, 8, init=he))
y = dense(h, 2, bias=constant(0.0))
loss = cross_entropy(y, t)
minimize(loss, sgd(0.003))
""",
    ),
    "hidden layers without a bend": (
        400,
        "A10",
        """
x, t = dataset("gaussian_quantiles", n=500, classes=3, split="train", batch=50)
h = dense(x, 32)
h = dense(h, 32)
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "a loss of detached scores": (
        200,
        "B2",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(stop_gradient(y), t) + 1e-6 * sum(y.W ** 2)
minimize(loss, adam(0.01))
""",
    ),
    "only the first layer is trained": (
        300,
        "B3",
        """
x, t = dataset("digits", split="train", batch=32)
with layer("body"):
    h = relu(dense(x, 4, init=he))
with layer("head"):
    y = dense(h, 10, init=zeros)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01), over="body")
""",
    ),
    "minus was forgotten": (
        200,
        "B5",
        """
x, t = dataset("iris", split="train", batch=30, scale="standard", target="onehot")
h = relu(dense(x, 16, init=he))
p = softmax(dense(h, 3))
loss = mean(sum(t * log(p + 1e-9), axis=1))
minimize(loss, sgd(0.05))
""",
    ),
    "autoencoder by tanh to the edge": (
        300,
        "",
        """
x, c = dataset("digits", split="train", batch=32)
t = 2 * x - 1
h = relu(dense(x, 32, init=he))
y = tanh(dense(h, 64))
loss = mse(y, t)
minimize(loss, adam(0.005))
""",
    ),
    "smoothed labels, squared error": (
        400,
        "",
        CIRCLES
        + """
s = 0.9 * t + 0.05
h = tanh(dense(x, 16))
y = sigmoid(dense(h, 1))
loss = mse(y, s)
minimize(loss, adam(0.02))
""",
    ),
    "convolutions, batch norm, dropout": (
        250,
        "",
        """
x, t = dataset("digits", split="train", batch=32, image=True)
h = relu(batch_norm(conv(x, 8, 3, padding=1, init=he, bias=False)))
h = relu(batch_norm(conv(h, 8, 3, padding=1, init=he, bias=False)))
h = dropout(reshape(max_pool2d(h, 2), (32, 128)), p=0.3)
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.005))
""",
    ),
    "one in ten, found": (
        400,
        "",
        """
x, c = dataset("digits", split="train", batch=32, target="column")
t = c == 3
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "a next letter from three": (
        300,
        "",
        """
x, t = dataset("names", split="train", batch=32)
e = embedding(x[:, 0:3], 27, 8)
h = tanh(dense(reshape(e, (32, 24)), 32))
logits = dense(h, 27)
loss = cross_entropy(logits, t[:, 2])
minimize(loss, adam(0.01))
""",
    ),
    "a robust line with weights kept small": (
        300,
        "",
        """
x, c = dataset("friedman", n=300, noise=1.0, split="train", batch=30, target="column", scale="standard")
t = (c - 14) / 5
h = relu(dense(x, 24, init=he))
y = dense(h, 1)
loss = huber(y, t)
minimize(loss, adamw(0.01, decay=0.1))
""",
    ),
    "logistic regression of overlapping clouds": (
        200,
        "",
        """
x, t = dataset("blobs", n=400, centers=2, std=9.0, random_state=4, split="train", batch=40, scale="standard", target="column")
y = dense(x, 1)
loss = bce(y, t)
minimize(loss, sgd(0.1))
""",
    ),
    "highway, tied autoencoder with noise": (
        300,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
y, code = autoencoder(x + 0.2 * randn(32, 64), [24], tied=True)
loss = mse(y, x)
minimize(loss, adam(0.003))
""",
    ),
    "images of 255 with a scale learned by layer norm": (
        300,
        "",
        """
x, t = dataset("digits", split="train", batch=32, scale=0.0625)
h = layer_norm(x)
h = relu(dense(h, 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "gradient pulled back to one": (
        200,
        "",
        CIRCLES
        + """
h = tanh(dense(x, 16))
y = dense(h, 1)
s = gradient(sum(y), x)
loss = bce(y, t) + 0.01 * mean(s ** 2)
minimize(loss, adam(0.01))
""",
    ),
}
