"""Networks as people write them, broken and healthy ones.

Name -> (updates, rules of which one is the headline, "" for none, model).
"""

from __future__ import annotations

PROGRAMS: dict[str, tuple[int, str, str]] = {
    "xor, one softmax unit, squared error": (
        400,
        "A4",
        """
x = input([[0, 0], [0, 1], [1, 0], [1, 1]])
t = input([[0], [1], [1], [0]])
h = relu(dense(x, 8, init=he))
y = softmax(dense(h, 1))
loss = mse(y, t)
minimize(loss, sgd(0.1))
""",
    ),
    "images of 255, sgd": (
        200,
        "A1",
        """
x, t = dataset("digits", split="train", batch=32, scale=0.0625, image=True)
h = relu(conv(x, 6, 3, init=he))
h = relu(dense(reshape(h, (32, 216)), 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "house prices": (
        400,
        "A2",
        """
x, t = dataset("regression", n=300, features=6, noise=10.0, bias=3000, split="train", batch=30, target="column")
h = tanh(dense(x, 20))
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, momentum(0.001))
""",
    ),
    "sigmoid for a curve from -5 to 5": (
        300,
        "A3",
        """
x, t = dataset("s_curve", n=300, split="train", batch=30, target="column")
h = relu(dense(x, 20, init=he))
y = sigmoid(dense(h, 1))
loss = mae(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "relu, then binary cross-entropy by hand": (
        300,
        "A6",
        """
x, t = dataset("breast_cancer", split="train", batch=32, scale="standard", target="column")
h = relu(dense(x, 16, init=he))
p = relu(dense(h, 1))
loss = -mean(t * log(clip(p, 1e-7, 0.9999999)) + (1 - t) * log(clip(1 - p, 1e-7, 0.9999999)))
minimize(loss, sgd(0.001))
""",
    ),
    "log_softmax of probabilities": (
        200,
        "A5",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
p = softmax(dense(h, 10))
loss = nll(log_softmax(p), t)
minimize(loss, sgd(0.05))
""",
    ),
    "permuted labels, many features": (
        500,
        "A11 E1",
        """
x, t = dataset("classification", n=800, features=30, informative=5, flip=1.0, split="train", test=0.25, batch=50)
h = relu(dense(x, 96, init=he))
h = relu(dense(h, 48, init=he))
y = dense(h, 2)
loss = cross_entropy(y, t)
minimize(loss, adam(0.005))
""",
    ),
    "steps of time and samples changed places": (
        200,
        "A12",
        """
x, t = dataset("digits", split="train", batch=32)
s = reshape(x, (8, 32, 8))
hs, h = rnn(s, 24)
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "a penalty of a thousand": (
        200,
        "B8",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, t) + 50.0 * sum(square(y.W))
minimize(loss, sgd(0.01))
""",
    ),
    "root of a row that is masked": (
        100,
        "B6 B7",
        """
x, t = dataset("iris", split="train", batch=30, scale="standard")
h = dense(x, 8, init=he) * greater(x[:, 0:1], 0.0)
n = sqrt(sum(h * h, axis=1, keepdims=True))
y = dense(h / (n + 1e-8), 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "root of 0 behind units that are off": (
        100,
        "",
        """
x, t = dataset("iris", split="train", batch=30, scale="standard")
h = relu(dense(x, 8, init=he, bias=constant(-1.0)))
n = sqrt(sum(h * h, axis=1, keepdims=True))
y = dense(h / (n + 1e-8), 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "bag of few words": (
        200,
        "",
        """
x, t = dataset("names", split="train", batch=32)
b = mean(one_hot(x, 27), axis=1)
h = relu(dense(b, 24, init=he))
y = dense(h, 27)
loss = cross_entropy(y, t[:, 2])
minimize(loss, adam(0.01))
""",
    ),
    "gru of letters, weights of words tied": (
        150,
        "",
        """
x, t = dataset("names", split="train", batch=32)
E = param(shape=(27, 16), init=normal(0.3))
hs, h = gru(gather(E, x.T), 16)
logits = hs @ E.T
loss = cross_entropy(logits, t.T, ignore_index=-1)
minimize(loss, adam(0.01))
""",
    ),
    "a low-rank layer": (
        200,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(dense(x, 8, bias=False), 48, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "classes with weights": (
        200,
        "",
        """
x, t = dataset("wine", split="train", batch=32, scale="standard")
h = tanh(dense(x, 12))
y = dense(h, 3)
loss = cross_entropy(y, t, weights=[1.0, 2.0, 3.0], label_smoothing=0.1)
minimize(loss, adamw(0.01, decay=0.05))
""",
    ),
    "noise that hides a line, deep": (
        200,
        "",
        """
x, c = dataset("regression", n=400, features=3, noise=300.0, split="train", batch=40, target="column")
t = c / 300
h = relu(dense(x, 16, init=he))
h = relu(dense(h, 16, init=he))
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, adam(0.003))
""",
    ),
    "images 0 to 16 with group norm": (
        150,
        "",
        """
x, t = dataset("digits", split="train", batch=32, scale=None, image=True)
h = relu(group_norm(conv(x, 8, 3, padding=1, init=he), 2))
h = relu(dense(reshape(max_pool2d(h, 2), (32, 128)), 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.003))
""",
    ),
    "margins of all rows at once": (
        100,
        "",
        """
x, c = dataset("iris", split="train", scale="standard", target="column")
t = 2 * (c > 0) - 1
y = dense(x, 1)
loss = squared_hinge(y, t)
minimize(loss, sgd(0.05))
""",
    ),
    "a transformer block that has begun": (
        60,
        "",
        """
x, t = dataset("names", split="train", batch=32)
e = embedding(x, 27, 16, init=normal(0.1))
a = layer_norm(e + multi_head_attention(e, heads=4, causal=True))
f = layer_norm(a + dense(gelu(dense(a, 32)), 16))
loss = cross_entropy(dense(f, 27), t, ignore_index=-1)
minimize(loss, adam(0.003))
""",
    ),
}
