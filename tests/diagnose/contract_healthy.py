"""Healthy networks that look as if the contract of data, loss and output were broken.

Name -> (updates, "", model).
"""

from __future__ import annotations

CIRCLES = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=0.3, batch=32, target="column")\n'
HEALTHY: dict[str, tuple[int, str, str]] = {
    "iris, raw": (
        300,
        "",
        """
x, t = dataset("iris", split="train", batch=30, scale=None)
h = relu(dense(x, 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "letters of names": (
        300,
        "",
        """
x, t = dataset("names", split="train", batch=32)
h, last = rnn(one_hot(x.T, 27), 32)
logits = dense(h, 27)
loss = cross_entropy(logits, t.T, ignore_index=-1)
minimize(loss, adam(0.01))
""",
    ),
    "embedding of letters, lstm": (
        200,
        "",
        """
x, t = dataset("names", split="train", batch=32)
e = embedding(x.T, 27, 12)
hs, h, c = lstm(e, 24)
logits = dense(hs, 27)
loss = cross_entropy(logits, t.T, ignore_index=-1)
minimize(loss, adam(0.01))
""",
    ),
    "residual, linear in the end": (
        300,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = dense(x, 32)
for k in range(6):
    h = residual(h, after=False, init_last=zeros)
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.003))
""",
    ),
    "principal components by a linear autoencoder": (
        300,
        "",
        """
x, t = dataset("digits", split="train", batch=32, scale="center")
code = dense(x, 8)
y = dense(code, 64)
loss = mse(y, x)
minimize(loss, adam(0.01))
""",
    ),
    "several labels at once": (
        300,
        "",
        """
x, c = dataset("digits", split="train", batch=32)
t = stack([c % 2, c > 4, c % 3 == 0], axis=1)
h = relu(dense(x, 32, init=he))
y = dense(h, 3)
loss = bce(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "xor by squares of a sigmoid": (
        2000,
        "",
        """
x = input([[0, 0], [0, 1], [1, 0], [1, 1]])
t = input([[0], [1], [1], [0]])
h = tanh(dense(x, 4))
y = sigmoid(dense(h, 1))
loss = mse(y, t)
minimize(loss, sgd(0.5))
""",
    ),
    "a sum with the rate for a sum": (
        300,
        "",
        CIRCLES
        + """
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = bce(y, t, reduction="sum")
minimize(loss, sgd(0.02))
""",
    ),
    "a fixed random first layer": (
        300,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 64, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01), over="y")
""",
    ),
    "straight through a step": (
        400,
        "",
        CIRCLES
        + """
z = tanh(dense(x, 32))
b = z + stop_gradient(sign(z) - z)
y = dense(b, 1)
loss = bce(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "two players": (
        200,
        "",
        """
def critic(x):
    h = leaky_relu(dense(x, 16), 0.2)
    return dense(h, 1)

real = 2.0 + 0.3 * noise(shape=(32, 1))
fake = dense(noise(shape=(32, 4)), 1)
judge = shared(critic)
yes, no = judge(real), judge(fake)
d_loss = mean(softplus(-yes)) + mean(softplus(no))
g_loss = mean(softplus(-no))
minimize(d_loss, adam(0.001), over="judge")
minimize(g_loss, adam(0.001), over="fake")
""",
    ),
    "twenty updates of a lesson": (
        20,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.05))
""",
    ),
    "a noisy line": (
        300,
        "",
        """
x = input([[((0.618034 * k) % 1) * 2 - 1] for k in range(200)], split="train", batch=20)
t = input([[0.6 * ((0.618034 * k) % 1) + 2 * ((0.754878 * k) % 1) - 1.3] for k in range(200)], split="train", batch=20)
h = tanh(dense(x, 8))
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "counts by an exponential": (
        400,
        "",
        """
x = input([[((0.618034 * k) % 1) * 2 - 1] for k in range(300)], split="train", batch=30)
t = input([[int(7 ** ((0.618034 * k) % 1) + 2 * ((0.754878 * k) % 1) - 1)] for k in range(300)], split="train", batch=30)
h = tanh(dense(x, 8))
r = exp(dense(h, 1))
loss = mean(r - t * log(r))
minimize(loss, adam(0.01))
""",
    ),
    "wine, raw, with batch norm in front": (
        300,
        "",
        """
x, t = dataset("wine", split="train", batch=32, scale=None)
h = relu(dense(batch_norm(x), 16, init=he))
y = dense(h, 3)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "a margin of plus and minus one": (
        300,
        "",
        """
x, c = dataset("moons", n=400, noise=0.15, split="train", batch=40, target="column")
t = 2 * c - 1
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = hinge(y, t)
minimize(loss, sgd(0.1))
""",
    ),
    "pairs that attract, and a batch that is compared with itself": (
        300,
        "",
        """
x, t = dataset("iris", split="train", batch=30, scale="standard")
h = tanh(dense(x, 16))
e = dense(h, 4)
n = e / sqrt(sum(e ** 2, axis=1, keepdims=True) + 1e-6)
s = n @ n.T * 5.0
same = equal(reshape(t, (30, 1)), reshape(t, (1, 30)))
loss = bce(s, same)
minimize(loss, adam(0.01))
""",
    ),
    "clipped, and learns": (
        400,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.5), clip=0.5)
""",
    ),
    "variational autoencoder": (
        400,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 48, init=he))
mu = dense(h, 6)
s = dense(h, 6, init=normal(0.01))
z = mu + exp(s / 2) * randn(32, 6)
g = relu(dense(z, 48, init=he))
y = dense(g, 64)
rec = 64 * bce(y, x)
far = mean(sum(-0.5 * (1 + s - mu ** 2 - exp(s)), axis=1))
loss = rec + far
minimize(loss, adam(0.003))
""",
    ),
    "quantiles of a curve": (
        400,
        "",
        """
x, t = dataset("friedman", n=400, noise=1.0, split="train", batch=40, target="column")
h = relu(dense(x, 32, init=he))
y = dense(h, 1)
d = t - y
loss = mean(maximum(0.9 * d, -0.1 * d))
minimize(loss, adam(0.01))
""",
    ),
    "causal attention over letters": (
        200,
        "",
        """
x, t = dataset("names", split="train", batch=32)
e = embedding(x, 27, 16)
a = multi_head_attention(e, heads=2, causal=True)
h = layer_norm(e + a)
logits = dense(relu(dense(h, 32, init=he)), 27)
loss = cross_entropy(logits, t, ignore_index=-1)
minimize(loss, adam(0.01))
""",
    ),
    "an error that is noise, by likelihood": (
        300,
        "",
        """
x = input([[((0.618034 * k) % 1) * 2 - 1] for k in range(200)], split="train", batch=20)
t = input([[2 * ((0.618034 * k) % 1 - 0.5) ** 2 + 2 * ((0.754878 * k) % 1) - 1] for k in range(200)], split="train", batch=20)
h = tanh(dense(x, 8))
y = dense(h, 1)
v = softplus(dense(h, 1)) + 1e-3
loss = mean(0.5 * log(v) + (y - t) ** 2 / (2 * v))
minimize(loss, adam(0.01))
""",
    ),
    "a mixture of three curves": (
        300,
        "",
        """
x = input([[((0.618034 * k) % 1) * 2 - 1] for k in range(200)], split="train", batch=20)
t = input([[((0.754878 * k) % 1) * 2 - 1] for k in range(200)], split="train", batch=20)
h = tanh(dense(x, 12))
p, m = log_softmax(dense(h, 3)), dense(h, 3)
loss = -mean(logsumexp(p - 0.5 * (m - t) ** 2 / 0.04, axis=1))
minimize(loss, adam(0.01))
""",
    ),
    "teacher and student": (
        200,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
a = dense(tanh(dense(x, 32)), 10)
b = dense(tanh(dense(x, 16)), 10)
loss = cross_entropy(a, t) + cross_entropy(b, stop_gradient(softmax(a)))
minimize(loss, adam(0.01))
""",
    ),
    "patches of an image as rows of a batch": (
        200,
        "",
        """
x, t = dataset("digits", split="train", batch=32, image=True)
r = reshape(transpose(reshape(x, (32, 2, 4, 2, 4)), (0, 1, 3, 2, 4)), (128, 16))
h = reshape(relu(dense(r, 8, init=he)), (32, 32))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "hundreds of features, few samples, dropout": (
        100,
        "",
        """
x, t = dataset("classification", n=120, features=200, informative=4, split="train", batch=24)
h = dropout(relu(dense(x, 32, init=he)), p=0.5)
y = dense(h, 2)
loss = cross_entropy(y, t)
minimize(loss, adam(0.001))
""",
    ),
    "multi-task, two losses of different sizes": (
        200,
        "",
        """
x, c = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = dense(h, 10)
m = dense(h, 1)
loss = cross_entropy(y, c) + 0.1 * mean((m - reshape(mean(x, axis=1), (32, 1))) ** 2)
minimize(loss, adam(0.005))
""",
    ),
    "softmax and cross-entropy by hand": (
        200,
        "",
        """
x, t = dataset("digits", split="train", batch=32, target="onehot")
h = relu(dense(x, 32, init=he))
z = dense(h, 10)
e = exp(z - max(z, axis=1, keepdims=True))
p = e / sum(e, axis=1, keepdims=True)
loss = -mean(sum(t * log(p), axis=1))
minimize(loss, sgd(0.01))
""",
    ),
    "a sigmoid by hand": (
        200,
        "",
        CIRCLES
        + """
h = tanh(dense(x, 16))
p = 1 / (1 + exp(-dense(h, 1)))
loss = -mean(t * log(maximum(p, 1e-7)) + (1 - t) * log(maximum(1 - p, 1e-7)))
minimize(loss, sgd(0.02))
""",
    ),
}
