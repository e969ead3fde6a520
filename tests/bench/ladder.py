"""The networks that people bring, in the model language: batches of 8, images of 32 or 64 pixels, large ones narrowed."""

from __future__ import annotations

B = 8
LADDER: dict[str, str] = {}


def classes(n: int, k: int) -> str:
    return "[" + ", ".join(str(i % k) for i in range(n)) + "]"


LADDER["mlp"] = f"""
x = input(shape=({B * 8}, 784))
t = input({classes(B * 8, 10)})
h = relu(dense(x, 256, init=he))
h = relu(dense(h, 256, init=he))
logits = dense(h, 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""
LADDER["lenet"] = f"""
x = input(shape=({B}, 1, 28, 28))
t = input({classes(B, 10)})
h = max_pool2d(relu(conv(x, 6, 5, padding=2)), 2)
h = max_pool2d(relu(conv(h, 16, 5)), 2)
h = relu(dense(reshape(h, ({B}, 400)), 120))
h = relu(dense(h, 84))
logits = dense(h, 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""


def vgg(cfg: list[int | str], px: int) -> str:
    s = f"x = input(shape=({B}, 3, {px}, {px}))\nt = input({classes(B, 10)})\nh = x\n"
    for c in cfg:
        s += "h = max_pool2d(h, 2)\n" if c == "M" else f"h = relu(conv(h, {c}, 3, padding=1, init=he))\n"
    s += f"h = relu(dense(reshape(h, ({B}, 512)), 512, init=he))\n"
    s += "logits = dense(h, 10)\nloss = cross_entropy(logits, t)\nminimize(loss, sgd(0.01))\n"
    return s


LADDER["vgg16"] = vgg([64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"], 32)
LADDER["resnet18"] = f"""
def block(x, c, s):
    h = relu(batch_norm(conv(x, c, 3, stride=s, padding=1, init=he, bias=False)))
    h = batch_norm(conv(h, c, 3, padding=1, init=he, bias=False))
    if s > 1:
        x = batch_norm(conv(x, c, 1, stride=s, init=he, bias=False))
    return relu(h + x)
x = input(shape=({B}, 3, 64, 64))
t = input({classes(B, 10)})
h = relu(batch_norm(conv(x, 64, 7, stride=2, padding=3, init=he, bias=False)))
h = max_pool2d(h, 3, stride=2, padding=1)
for c, s in [(64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1)]:
    h = block(h, c, s)
logits = dense(global_avg_pool(h), 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""
LADDER["resnet50"] = f"""
def block(x, c, s, wide):
    h = relu(batch_norm(conv(x, c, 1, init=he, bias=False)))
    h = relu(batch_norm(conv(h, c, 3, stride=s, padding=1, init=he, bias=False)))
    h = batch_norm(conv(h, 4 * c, 1, init=he, bias=False))
    if wide:
        x = batch_norm(conv(x, 4 * c, 1, stride=s, init=he, bias=False))
    return relu(h + x)
x = input(shape=({B}, 3, 32, 32))
t = input({classes(B, 10)})
h = relu(batch_norm(conv(x, 64, 7, stride=2, padding=3, init=he, bias=False)))
h = max_pool2d(h, 3, stride=2, padding=1)
for c, s, n in [(64, 1, 3), (128, 2, 4), (256, 2, 6), (512, 2, 3)]:
    for k in range(n):
        h = block(h, c, s if k == 0 else 1, k == 0)
logits = dense(global_avg_pool(h), 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""
LADDER["densenet"] = f"""
x = input(shape=({B}, 3, 32, 32))
t = input({classes(B, 10)})
h = max_pool2d(relu(batch_norm(conv(x, 32, 3, padding=1, init=he, bias=False))), 2)
c = 32
for n in [6, 12, 8]:
    for k in range(n):
        g = conv(relu(batch_norm(h)), 64, 1, init=he, bias=False)
        g = conv(relu(batch_norm(g)), 16, 3, padding=1, init=he, bias=False)
        h = concat([h, g], axis=1)
        c = c + 16
    c = c // 2
    h = avg_pool2d(conv(relu(batch_norm(h)), c, 1, init=he, bias=False), 2)
logits = dense(global_avg_pool(relu(batch_norm(h))), 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""
LADDER["mobilenetv2"] = f"""
def block(x, inner, c, s, skip):
    h = clip(batch_norm(conv(x, inner, 1, init=he, bias=False)), 0, 6)
    h = clip(batch_norm(conv(h, inner, 3, stride=s, padding=1, groups=inner, init=he, bias=False)), 0, 6)
    h = batch_norm(conv(h, c, 1, init=he, bias=False))
    return h + x if skip else h
x = input(shape=({B}, 3, 64, 64))
t = input({classes(B, 10)})
h = clip(batch_norm(conv(x, 32, 3, stride=2, padding=1, init=he, bias=False)), 0, 6)
c = 32
for e, w, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
    for k in range(n):
        h = block(h, c * e, w, s if k == 0 else 1, k > 0)
        c = w
h = clip(batch_norm(conv(h, 1280, 1, init=he, bias=False)), 0, 6)
logits = dense(global_avg_pool(h), 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""
LADDER["unet"] = f"""
def twice(x, c):
    h = relu(conv(x, c, 3, padding=1, init=he))
    return relu(conv(h, c, 3, padding=1, init=he))
x = input(shape=({B}, 3, 64, 64))
t = input(shape=({B}, 1, 64, 64))
a = twice(x, 16)
b = twice(max_pool2d(a, 2), 32)
c = twice(max_pool2d(b, 2), 64)
d = twice(max_pool2d(c, 2), 128)
u = twice(concat([c, conv_transpose(d, 64, 2, stride=2)], axis=1), 64)
u = twice(concat([b, conv_transpose(u, 32, 2, stride=2)], axis=1), 32)
u = twice(concat([a, conv_transpose(u, 16, 2, stride=2)], axis=1), 16)
logits = conv(u, 1, 1)
loss = bce(logits, t)
minimize(loss, sgd(0.01))
"""


def rnn(word: str, extra: str = "", n: int = 28, f: int = 28, units: int = 128) -> str:
    return f"""
x = input(shape=({n}, {B}, {f}))
t = input({classes(B, 10)})
hs, h{extra} = {word}(x, {units})
logits = dense(h, 10)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""


LADDER["lstm"] = rnn("lstm", ", c")
LADDER["gru"] = rnn("gru").replace("hs, h = gru(x, 128)", "hs, h = gru(x, 128, reset_after=True)")
LADDER["charrnn"] = f"""
x = input({[[(3 * i + 7 * j) % 65 for j in range(B)] for i in range(64)]})
t = input({[[(5 * i + 7 * j) % 65 for j in range(B)] for i in range(64)]})
e = embedding(x, count=65, units=32)
hs, h, c = lstm(e, 128)
logits = dense(hs, 65)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""


def gpt(n: int, d: int, heads: int, T: int, vocab: int, causal: bool = True, gelu: str = "gelu") -> str:
    return f"""
def attend(x):
    q = transpose(reshape(dense(x, {d}), ({B}, {T}, {heads}, {d // heads})), axes=(0, 2, 1, 3))
    k = transpose(reshape(dense(x, {d}), ({B}, {T}, {heads}, {d // heads})), axes=(0, 2, 3, 1))
    v = transpose(reshape(dense(x, {d}), ({B}, {T}, {heads}, {d // heads})), axes=(0, 2, 1, 3))
    s = q @ k * {1 / (d // heads) ** 0.5}
    {"s = where(mask, s, -10000.0)" if causal else ""}
    p = softmax(s)
    o = reshape(transpose(p @ v, axes=(0, 2, 1, 3)), ({B}, {T}, {d}))
    return dense(o, {d})
def block(x):
    x = x + attend(layer_norm(x))
    h = layer_norm(x)
    return x + dense({gelu}(dense(h, {4 * d})), {d})
x = input({[[(3 * i + 7 * j) % vocab for j in range(T)] for i in range(B)]})
t = input({[[(5 * i + 7 * j) % vocab for j in range(T)] for i in range(B)]})
mask = tril(const(shape=({T}, {T}), fill=1))
h = embedding(x, count={vocab}, units={d}) + param(shape=({T}, {d}), init=normal(0.02))
for k in range({n}):
    h = block(h)
logits = dense(layer_norm(h), {vocab})
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.01))
"""


LADDER["gpt"] = gpt(4, 128, 4, 64, 65)
LADDER["bert"] = gpt(2, 128, 2, 64, 1000, causal=False)
LADDER["vit"] = """
""" + gpt(4, 128, 4, 64, 10, causal=False).replace(
    f"x = input({[[(3 * i + 7 * j) % 10 for j in range(64)] for i in range(B)]})", f"x = input(shape=({B}, 3, 32, 32))"
).replace(
    f"t = input({[[(5 * i + 7 * j) % 10 for j in range(64)] for i in range(B)]})", f"t = input({classes(B, 10)})"
).replace(
    "embedding(x, count=10, units=128)", f"transpose(reshape(conv(x, 128, 4, stride=4), ({B}, 128, 64)), axes=(0, 2, 1))"
).replace("dense(layer_norm(h), 10)", "dense(mean(layer_norm(h), axis=1), 10)")
LADDER["vae"] = f"""
x = input(shape=({B * 8}, 784))
h = relu(dense(x, 400, init=he))
mu = dense(h, 20)
lv = dense(h, 20)
z = mu + exp(0.5 * lv) * input(shape=({B * 8}, 20))
y = dense(relu(dense(z, 400, init=he)), 784)
loss = bce(y, sigmoid(x), reduction="sum") - 0.5 * sum(1 + lv - mu ** 2 - exp(lv))
minimize(loss, sgd(0.0001))
"""
LADDER["dcgan"] = f"""
z = input(shape=({B}, 100, 1, 1))
h = relu(batch_norm(conv_transpose(z, 256, 4, bias=False)))
h = relu(batch_norm(conv_transpose(h, 128, 4, stride=2, padding=1, bias=False)))
h = relu(batch_norm(conv_transpose(h, 64, 4, stride=2, padding=1, bias=False)))
fake = tanh(conv_transpose(h, 3, 4, stride=2, padding=1, bias=False))
d = leaky_relu(conv(fake, 64, 4, stride=2, padding=1, bias=False), 0.2)
d = leaky_relu(batch_norm(conv(d, 128, 4, stride=2, padding=1, bias=False)), 0.2)
d = leaky_relu(batch_norm(conv(d, 256, 4, stride=2, padding=1, bias=False)), 0.2)
logit = conv(d, 1, 4, bias=False)
loss = bce(logit, const(shape=({B}, 1, 1, 1), fill=1))
minimize(loss, sgd(0.01))
"""
