"""Networks that no rule was written for, as the papers on faulty training collect them, and healthy ones that look sick.

The broken ones are kinds that DeepLocalize (Wardat, Le & Rajan 2021), AUTOTRAINER (Zhang et al. 2021), UMLAUT (Schoop, Huang &
Hartmann 2021) and NeuraLint (Nikanjam et al. 2021) took from questions of users, and some more.

Name -> (updates, rules of which one is the headline, "" for none, model).
"""

from __future__ import annotations

STRANGERS: dict[str, tuple[int, str, str]] = {
    "numbers that are doubled, raw": (
        200,
        "A1 D5 A2",
        """
x = input([[k] for k in range(60)])
t = input([[2.0 * k + 3] for k in range(60)])
y = dense(x, 1)
loss = mse(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "convolutions with sigmoids, small steps": (
        200,
        "D6 D1 D7",
        """
x, t = dataset("digits", split="train", batch=32, image=True)
h = sigmoid(conv(x, 8, 3, padding=1))
h = max_pool2d(h, 2)
h = sigmoid(conv(h, 16, 3, padding=1))
h = sigmoid(dense(reshape(h, (32, 256)), 64))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "xor, 100 steps of 0.01": (
        100,
        "D6 D7",
        """
x = input([[0, 0], [0, 1], [1, 0], [1, 1]])
t = input([[0], [1], [1], [0]])
h = tanh(dense(x, 4))
y = sigmoid(dense(h, 1))
loss = mse(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "eight layers that begin with a normal of 1": (
        150,
        "C2 D2",
        """
x, t = dataset("regression", n=400, features=8, noise=1.0, split="train", batch=40, target="column")
h = x
for i in range(8):
    h = relu(dense(h, 32, init=normal(1.0)))
y = dense(h, 1)
loss = mse(y, t / 100)
minimize(loss, sgd(1e-4))
""",
    ),
    "weights all above 0": (
        300,
        "C2 C5 D3 C3 D1",
        """
x, t = dataset("digits", split="train", batch=32)
h = tanh(dense(x, 40, init=uniform(0.0, 1.0)))
h = tanh(dense(h, 40, init=uniform(0.0, 1.0)))
h = tanh(dense(h, 40, init=uniform(0.0, 1.0)))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.01))
""",
    ),
    "measured values of other rows": (
        600,
        "A11 A12 E1",
        """
x, t = dataset("friedman", n=400, split="train", test=0.4, batch=40, target="column", scale="standard")
s = roll(t, 7)
h = relu(dense(x, 64, init=he))
y = dense(h, 1)
loss = mse(y, s / 5)
minimize(loss, adam(0.01))
""",
    ),
    "ten sigmoids for digits": (
        200,
        "D1 C3",
        """
x, t = dataset("digits", split="train", batch=32)
h = x
for i in range(10):
    h = sigmoid(dense(h, 32))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, momentum(0.05))
""",
    ),
    "letters that are never learned": (
        300,
        "B3",
        """
x, t = dataset("names", split="train", batch=32)
with layer("letters"):
    e = embedding(x, 27, 2)
h = tanh(dense(e, 24))
y = dense(h, 27)
loss = cross_entropy(y, t, ignore_index=-1)
minimize(loss, adam(0.01), freeze="letters")
""",
    ),
    "every number of the gradient cut at a millionth": (
        200,
        "F5 D6",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, momentum(0.1), clip=clip_value(1e-6))
""",
    ),
    "momentum of 0.99 with a large rate": (
        300,
        "D5 D8",
        """
x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", batch=32, target="column")
h = tanh(dense(x, 32))
h = tanh(dense(h, 32))
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, momentum(1.0, mu=0.99))
""",
    ),
    "tanh that begins at its ends": (
        200,
        "C2 C5 D3 C3",
        """
x, t = dataset("digits", split="train", batch=32, scale="standard")
h = tanh(dense(x, 100, init=normal(2.0)))
h = tanh(dense(h, 100, init=normal(2.0)))
h = tanh(dense(h, 100, init=normal(2.0)))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.001))
""",
    ),
    "a layer that begins asleep": (
        300,
        "D4 C4 D2",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 48, init=he))
h = relu(dense(h, 24, init=he, bias=constant(-20.0)))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.001))
""",
    ),
    "binary cross-entropy for measured values": (
        300,
        "A3 A6",
        """
x, t = dataset("regression", n=300, features=4, noise=5.0, split="train", batch=30, target="column")
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = bce(y, t / 50)
minimize(loss, adam(0.01))
""",
    ),
    "an lstm that forgets at once": (
        200,
        "D14",
        """
x = input([[[((0.618 * b) % 1 - 0.5) * (3.0 if k == 0 else 0.0)] for b in range(24)] for k in range(20)])
t = input([[3 * ((0.618 * b) % 1 - 0.5) ** 2] for b in range(24)])
hs, h, c = lstm(x, 16, forget=-6.0)
y = dense(h, 1)
loss = mse(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "a rate that halves in every update": (
        300,
        "D6 D7",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(exponential_decay(0.05, 0.5)))
""",
    ),
    "a mean over the samples, then a layer": (
        300,
        "A12",
        """
x, t = dataset("digits", split="train", batch=32)
h = relu(dense(x, 32, init=he))
g = softmax(dense(h, 32), axis=0) * h
y = dense(g, 10)
loss = cross_entropy(y, roll(t, 3))
minimize(loss, adam(0.01))
""",
    ),
    "twenty residual blocks": (
        200,
        "",
        """
x, t = dataset("digits", split="train", batch=32)
h = dense(x, 24)
for i in range(20):
    h = residual(h, after=False, init_last=normal(0.03))
y = dense(layer_norm(h), 10)
loss = cross_entropy(y, t)
minimize(loss, adam(0.002))
""",
    ),
    "rows of a large embedding": (
        150,
        "",
        """
x, t = dataset("names", split="train", batch=16)
k = 27 * x + roll(x, 1, axis=1)
e = embedding(k, 729, 24, init=normal(0.1))
y = dense(e, 27)
loss = cross_entropy(y, t, ignore_index=-1)
minimize(loss, adam(0.01))
""",
    ),
    "a rate that comes down to 0": (
        800,
        "",
        """
x, t = dataset("moons", n=300, noise=0.1, split="train", batch=30, target="column")
h = relu(dense(x, 24, init=he))
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, adam(cosine_decay(0.02, 700)))
""",
    ),
    "forger and judge of points": (
        300,
        "",
        """
def judge_of(x):
    return dense(leaky_relu(dense(x, 24, init=he), 0.2), 1)
x, t = dataset("moons", n=320, noise=0.05, split="train", batch=32)
fake = dense(relu(dense(noise(shape=(32, 4)), 24, init=he)), 2)
judge = shared(judge_of)
yes, no = judge(x), judge(fake)
d_loss = mean(softplus(-yes)) + mean(softplus(no))
g_loss = mean(softplus(-no))
minimize(d_loss, adam(0.002, beta1=0.5), over="judge")
minimize(g_loss, adam(0.002, beta1=0.5), over="fake")
""",
    ),
    "an early variational autoencoder": (
        60,
        "",
        """
x, t = dataset("digits", split="train", batch=64)
h = relu(dense(x, 64, init=he))
mu, s = dense(h, 4), dense(h, 4, init=normal(0.01))
z = mu + exp(s / 2) * randn(64, 4)
y = dense(relu(dense(z, 64, init=he)), 64)
loss = 64 * bce(y, x) + mean(sum(-0.5 * (1 + s - mu ** 2 - exp(s)), axis=1))
minimize(loss, adam(0.001))
""",
    ),
    "begun a moment ago": (
        20,
        "",
        """
x, t = dataset("digits", split="train", batch=32, scale="standard")
h = relu(dense(x, 64, init=he))
h = relu(dense(h, 64, init=he))
y = dense(h, 10, init=he)
loss = cross_entropy(y, t)
minimize(loss, adam(0.002))
""",
    ),
    "one in twenty-five": (
        600,
        "",
        """
x, c = dataset("moons", n=1000, noise=0.1, split="train", test=0.3, batch=50, target="column")
t = 1.0 * (x[:, :1] > 1.85)
h = relu(dense(x, 16, init=he))
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, adam(0.01))
""",
    ),
    "two labels of five are wrong": (
        300,
        "",
        """
x, t = dataset("classification", n=1500, features=8, informative=4, flip=0.7, split="train", test=0.3, batch=64)
h = tanh(dense(x, 4))
y = dense(h, 2)
loss = cross_entropy(y, t)
minimize(loss, adamw(0.01, decay=0.02))
""",
    ),
    "a recurrent net that is always clipped": (
        300,
        "",
        """
x, t = dataset("names", split="train", batch=32)
hs, h = rnn(one_hot(x.T, 27), 40, init=orthogonal)
y = dense(hs, 27)
loss = cross_entropy(y, t.T, ignore_index=-1)
minimize(loss, momentum(0.3), clip=clip_norm(0.25))
""",
    ),
    "absolute errors, heavy tails": (
        400,
        "",
        """
x = noise(shape=(40, 5))
e = noise(shape=(40, 1))
t = sin(x[:, :1]) + 0.5 * x[:, 1:2] + 0.3 * e * e * e
h = relu(dense(x, 32, init=he))
y = dense(h, 1)
loss = mae(y, t)
minimize(loss, adam(0.005))
""",
    ),
    "a flow that counts bits": (
        400,
        "",
        """
x, t = dataset("moons", n=400, noise=0.1, split="train", batch=50)
a, b = x[:, :1], x[:, 1:2]
h = tanh(dense(a, 24))
s, m = tanh(dense(h, 1)), dense(h, 1)
z = (b - m) * exp(s)
g = param(1.0)
o = param(0.0)
w = (a - o) * exp(g)
loss = mean(0.5 * z ** 2 - s + 0.5 * w ** 2 - g)
minimize(loss, adam(0.01))
""",
    ),
    "warm-up of a transformer": (
        120,
        "",
        """
x, t = dataset("names", split="train", batch=32)
e = embedding(x, 27, 24, init=normal(0.1))
h = e
for k in range(2):
    h = h + multi_head_attention(layer_norm(h), heads=4, causal=True)
    h = h + dense(gelu(dense(layer_norm(h), 48)), 24)
y = dense(layer_norm(h), 27)
loss = cross_entropy(y, t, ignore_index=-1)
minimize(loss, adam(warmup(0.003, 60)))
""",
    ),
    "a value that is hard to tell": (
        300,
        "",
        """
x, t = dataset("friedman", n=400, noise=6.0, split="train", test=0.3, batch=40, target="column", scale="standard")
h = relu(dense(x, 8, init=he))
y = dense(h, 1)
loss = mse(y, (t - 14.0) / 7.0)
minimize(loss, adam(0.005))
""",
    ),
    "images of 255 in, batch norm in front": (
        200,
        "",
        """
x, t = dataset("digits", split="train", batch=32, scale=0.0625, image=True)
h = relu(batch_norm(conv(x, 8, 3, init=he)))
h = relu(dense(reshape(h, (32, 288)), 32, init=he))
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.05))
""",
    ),
}
