"""Broken networks whose cause is in the data, the loss, the output, or the mechanics of the update.

Name -> (updates, rules of which one is the headline, model).
"""

from __future__ import annotations

CIRCLES = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
BROKEN: dict[str, tuple[int, str, str]] = {
    "cancer raw, two layers of tanh": (
        300,
        "A1",
        """
x, t = dataset("breast_cancer", split="train", batch=32, scale=None, target="column")
h = tanh(dense(x, 32))
h = tanh(dense(h, 16))
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "a plane with targets of hundreds": (
        400,
        "A2",
        """
x, t = dataset("regression", n=400, features=4, noise=5.0, bias=800, split="train", batch=32, target="column")
h = relu(dense(x, 32, init=he))
h = relu(dense(h, 32, init=he))
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, adam(0.001))
""",
    ),
    "autoencoder that gives 0 to 1 for standardised pixels": (
        300,
        "A3",
        """
x, t = dataset("digits", split="train", batch=32, scale="standard")
h = relu(dense(x, 48, init=he))
y = sigmoid(dense(h, 64))
loss = mse(y, x)
minimize(loss, adam(0.003))
""",
    ),
    "one unit under a softmax": (
        300,
        "A4",
        """
x, t = dataset("breast_cancer", split="train", batch=32, scale="standard", target="column")
h = relu(dense(x, 12, init=he))
h = relu(dense(h, 8, init=he))
p = softmax(dense(h, 1))
q = clip(p, 1e-7, 1 - 1e-7)
loss = -mean(t * log(q) + (1 - t) * log(1 - q))
minimize(loss, adam(0.001))
""",
    ),
    "softmax before cross-entropy, ten classes": (
        300,
        "A5",
        """
x, t = dataset("digits", split="train", batch=32, image=True)
h = relu(conv(x, 8, 3, padding=1, init=he))
h = max_pool2d(h, 2)
h = relu(dense(reshape(h, (32, 128)), 32, init=he))
y = softmax(dense(h, 10))
loss = cross_entropy(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "log-likelihood of probabilities without a logarithm": (
        200,
        "A6",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = relu(dense(x, 16, init=he))
p = softmax(dense(h, 3))
loss = nll(p, t)
minimize(loss, sgd(0.001))
""",
    ),
    "scores cut at 0 before cross-entropy": (
        300,
        "A6",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = relu(dense(h, 10, init=he, bias=constant(-2.0)))
loss = cross_entropy(y, t)
minimize(loss, sgd(0.1))
""",
    ),
    "labels are random": (
        600,
        "A11",
        """
x, t = dataset("classification", n=600, features=20, informative=8, flip=1.0, split="train", batch=48)
h = relu(dense(x, 64, init=he))
y = dense(h, 2)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "labels of the rows before": (
        300,
        "A11",
        """
x, t = dataset("digits", split="train", scale=16)
s = roll(t, 40)
h = tanh(dense(x, 48))
y = dense(h, 10)
loss = cross_entropy(y, s)
minimize(loss, adam(0.01))
""",
    ),
    "an encoder that was cut off": (
        300,
        "B2",
        """
x, t = dataset("gaussian_quantiles", n=500, classes=3, split="train", batch=50)
h = tanh(dense(x, 3))
code = stop_gradient(h)
y = dense(code, 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "the rate has the wrong sign": (
        200,
        "B5",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, sgd(-0.05))
""",
    ),
    "decay in the gradient, far too much": (
        300,
        "B8",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, momentum(0.05), l2=0.5)
""",
    ),
    "logarithm of a probability that is 0": (
        100,
        "A1",
        """
x, t = dataset("breast_cancer", split="train", batch=32, scale=None, target="column")
p = sigmoid(dense(x, 1))
loss = -mean(t * log(p) + (1 - t) * log(1 - p))
minimize(loss, sgd(0.01))
""",
    ),
    "distances of all pairs, with themselves": (
        100,
        "B6",
        """
x, t = dataset("iris", split="train", batch=30, scale="standard")
e = dense(tanh(dense(x, 16)), 4)
d = sqrt(sum((reshape(e, (30, 1, 4)) - reshape(e, (1, 30, 4))) ** 2, axis=2))
same = equal(reshape(t, (30, 1)), reshape(t, (1, 30)))
loss = mean(same * d + (1 - same) * maximum(1 - d, 0))
minimize(loss, adam(0.01))
""",
    ),
    "attention without its root, wide queries": (
        200,
        "F1",
        """
x, t = dataset("digits", split="train", batch=32)
s = reshape(x, (32, 8, 8))
q = dense(s, 64, init=normal(1.0))
k = dense(s, 64, init=normal(1.0))
v = dense(s, 16)
a = softmax(q @ transpose(k, (0, 2, 1)))
y = dense(mean(a @ v, axis=1), 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.001))
""",
    ),
    "only the border of the image is read": (
        300,
        "F2",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x[:, 0:8], 16, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "variational autoencoder whose KL is far too heavy": (
        300,
        "F4",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
mu = dense(h, 4)
s = dense(h, 4, init=normal(0.01))
z = mu + exp(s / 2) * randn(32, 4)
g = relu(dense(z, 32, init=he))
y = dense(g, 64)
rec = bce(y, x)
far = mean(sum(-0.5 * (1 + s - mu ** 2 - exp(s)), axis=1))
loss = rec + far
minimize(loss, adam(0.003))
""",
    ),
    "clipped to nothing": (
        300,
        "F5 D6",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.1), clip=1e-4)
""",
    ),
    "an eps larger than the gradients": (
        300,
        "F6 D6",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.001, eps=10.0))
""",
    ),
    "rows of a batch mixed by a reshape": (
        300,
        "A12",
        """
x, t = dataset("digits", split="train", batch=32)
s = reshape(x, (32, 8, 8))
f = transpose(s, (1, 0, 2))
h = relu(dense(reshape(f, (32, 64)), 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "one sigmoid under the cross-entropy of classes": (
        300,
        "A4",
        CIRCLES
        + """
h = relu(dense(x, 16, init=he))
p = sigmoid(dense(h, 1))
q = p / sum(p, axis=1, keepdims=True)
loss = -mean(sum(t * log(clip(q, 1e-7, 1 - 1e-7)), axis=1))
minimize(loss, adam(0.01))
""",
    ),
    "softmax with binary cross-entropy for several labels": (
        300,
        "A6",
        """
x, c = dataset("digits", split="train", batch=32)
t = stack([c % 2, c > 4, c % 3 == 0], axis=1)
h = relu(dense(x, 32, init=he))
p = softmax(dense(h, 3))
loss = bce_probabilities(p, t)
minimize(loss, adam(0.01))
""",
    ),
    "softmax with binary cross-entropy, ten classes": (
        200,
        "A6",
        """
x, t = dataset("digits", split="train", batch=32, target="onehot")
h = relu(dense(x, 32, init=he))
p = softmax(dense(h, 10))
loss = bce_probabilities(p, t)
minimize(loss, sgd(0.01))
""",
    ),
    "tanh where a probability belongs": (
        300,
        "A6",
        CIRCLES
        + """
h = relu(dense(x, 16, init=he))
p = tanh(dense(h, 1))
q = clip(p, 1e-7, 1 - 1e-7)
loss = -mean(t * log(q) + (1 - t) * log(1 - q))
minimize(loss, adam(0.01))
""",
    ),
    "a linear output where a probability belongs": (
        300,
        "A6",
        CIRCLES
        + """
h = relu(dense(x, 16, init=he))
p = dense(h, 1)
q = clip(p, 1e-7, 1 - 1e-7)
loss = -mean(t * log(q) + (1 - t) * log(1 - q))
minimize(loss, sgd(0.1))
""",
    ),
    "margins with classes 0 and 1": (
        300,
        "A6",
        CIRCLES
        + """
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = hinge(y, t)
minimize(loss, sgd(0.1))
""",
    ),
    "targets of plus and minus one under bce": (
        200,
        "A3",
        """
x, c = dataset("moons", n=400, noise=0.15, split="train", batch=40, target="column")
t = 2 * c - 1
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, sgd(0.1))
""",
    ),
    "independent sigmoids, one class": (
        300,
        "A6",
        """
x, t = dataset("iris", split="train", batch=30, scale="standard", target="onehot")
h = relu(dense(x, 16, init=he))
p = sigmoid(dense(h, 3))
loss = -mean(sum(t * log(p + 1e-7), axis=1))
minimize(loss, adam(0.01))
""",
    ),
    "digits as amounts": (
        300,
        "A6",
        """
x, t = dataset("digits", split="train", batch=32, target="column")
h = relu(dense(x, 32, init=he))
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, sgd(0.001))
""",
    ),
    "classes from 1": (
        50,
        "B6",
        """
x, c = dataset("iris", split="train", batch=30, scale="standard")
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, c + 1)
minimize(loss, adam(0.01))
""",
    ),
}
