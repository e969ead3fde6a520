"""Texts of models: statements by the grammar of the language, calls by the signatures that the registries give."""

from __future__ import annotations

from functools import cache
from random import Random

from gradlab.arguments import REQUIRED
from gradlab.manual import written
from gradlab.scenario import glossary
from gradlab.scenario.glossary import Entry
from tests.fuzz.numbers import WILD, array, chance, number, shape, spoiled, value, whole

NAMES = ("x", "y", "h", "s", "t", "w", "loss", "hs", "net", "a", "f")
NODES = ("x", "W", "b", "y", "t", "q", "k", "v", "h", "u", "m", "p", "i", "gamma", "beta", "mode", "of")
"""Names of arguments that are nodes."""
UNARY = (
    "relu",
    "tanh",
    "sigmoid",
    "exp",
    "square",
    "softplus",
    "abs",
    "sin",
    "gelu",
    "stop_gradient",
    "sqrt",
    "log",
    "softmax",
)
BINARY = ("+", "-", "*", "/", "@", "**", "//", "%", "<", ">=", "==", "!=", "and", "or", "in", "is")
ARGUMENTS = {
    "units": "3", "kernel_size": "2", "channels": "2", "sizes": "[3, 2]", "shape": "(2, 3)", "groups": "1", "classes": "3",
    "rows": "3", "parts": "1", "low": "-1", "high": "1", "widths": "1", "subscripts": "'ij,jk->ik'", "count": "5", "heads": "1",
    "growth": "2", "file": "'d.csv'", "key": "0", "act": "tanh", "lr": "0.1", "gamma": "0.5",
}  # fmt: skip
"""What is right for an argument that has no default."""


@cache
def callable_words() -> tuple[Entry, ...]:
    """Return every word that a model may call."""
    return tuple(entry for entry in glossary.entries() if entry.group.name not in ("expressions", "inner"))


@cache
def words_of(group: str) -> tuple[Entry, ...]:
    """Return the words of a group."""
    return tuple(entry for entry in callable_words() if entry.group.name == group)


@cache
def calls_that_work() -> tuple[str, ...]:
    """Return the examples of the glossary: a statement or a call each."""
    return tuple(code for entry in callable_words() for code in entry.examples)


class Models:
    """Makes models. wild: how often something is not what is wanted."""

    def __init__(self, rng: Random, wild: float) -> None:
        self.rng, self.wild = rng, wild
        self.names: list[str] = []

    def text(self) -> str:
        """Return a model: leaves, some statements, as a rule a loss, and now and then what minimizes it."""
        rng = self.rng
        lines = [self.leaf(name) for name in rng.sample(NAMES, rng.randint(1, 3))]
        if chance(rng, 0.15):
            lines += rng.choice(calls_that_work()).splitlines()
        lines += [line for _ in range(rng.randint(1, 5)) for line in self.statement()]
        if chance(rng, 0.7):
            lines.append(f"loss = {rng.choice(('sum', 'mean', 'norm', 'max'))}({self.name()})")
            if chance(rng, 0.5):
                lines.append(self.minimize())
        text = "\n".join(lines)
        return spoiled(rng, text) if chance(rng, self.wild * 0.4) else text

    def name(self) -> str:
        """Return a name that is bound, as a rule."""
        return self.rng.choice(self.names) if self.names and not chance(self.rng, self.wild * 0.1) else self.rng.choice(NAMES)

    def bound(self, name: str) -> str:
        """Return a name that is bound from here on."""
        if name not in self.names:
            self.names.append(name)
        return name

    def leaf(self, name: str) -> str:
        """Return a statement that makes a leaf."""
        rng, of = self.rng, shape(self.rng)
        self.bound(name)
        made = (
            f"param({array(rng, of)})",
            f"input({array(rng, of)})",
            f"const({array(rng, of)})",
            f"randn{of}" if len(of) != 1 else f"randn({of[0]})",
            f"param(shape={of})",
            f"param(shape={of}, init={rng.choice(words_of('initializers')).name})",
            f"noise(shape={of})",
            f"input(shape={of})",
            f"dataset('{rng.choice(words_of('datasets')).name}', n=12, batch=4, split='train')[0]",
        )
        return f"{name} = {rng.choice(made[:6] * 3 + made)}"

    def expression(self, depth: int = 2) -> str:
        """Return an expression of the model language."""
        rng = self.rng
        if chance(rng, self.wild * 0.25):
            return rng.choice(WILD)
        if depth == 0 or chance(rng, 0.25):
            return self.name() if chance(rng, 0.8) else number(rng)
        kind = rng.randrange(12)
        if kind < 3:
            return f"{rng.choice(UNARY)}({self.expression(depth - 1)})"
        if kind < 6:
            sign = rng.choice(BINARY[:4] if not chance(rng, self.wild) else BINARY)
            return f"{self.expression(depth - 1)} {sign} {self.expression(depth - 1)}"
        if kind < 9:
            return self.call(rng.choice(callable_words()))
        if kind == 9:
            return f"{self.expression(depth - 1)}[{self.key()}]"
        return self.structure(depth)

    def structure(self, depth: int) -> str:
        """Return a list, a tuple, a comprehension, a conditional, a string …"""
        rng, inner = self.rng, self.expression(depth - 1)
        return rng.choice(
            (
                f"[{inner} for i in range({whole(rng)})]",
                f"[{inner}, {self.expression(depth - 1)}]",
                f"({inner},)",
                f"concat([{inner}, {inner}])",
                f"stack([{inner}, {inner}], axis={whole(rng)})",
                f"{inner}.shape",
                f"{inner}.T",
                f"-{inner}",
                f"sum([{inner} for i in range(2)])",
                f"({inner} if {whole(rng)} else {number(rng)})",
                f"[dense({inner}, 2) for i in range(2)]",
                f"lstm({inner}, 2)[0]",
                f"f'{{{whole(rng)}}}'",
                f"len({inner})",
            )
        )

    def key(self) -> str:
        """Return what may stand between brackets."""
        rng = self.rng
        parts = (whole(rng), "0", ":", "::-1", f"{whole(rng)}:", f"0:{whole(rng)}", "...", "None", f"::{whole(rng)}")
        if chance(rng, self.wild * 0.5):
            return value(rng, self.names)
        return ", ".join(rng.choice(parts) for _ in range(rng.choice((1, 1, 1, 2, 3))))

    def call(self, entry: Entry) -> str:
        """Return a call of a word by its signature."""
        rng = self.rng
        given: list[str] = []
        for name, default in entry.parameters.items():
            if default is REQUIRED:
                given.append(self.argument(name))
            elif chance(rng, 0.2):
                right = written(default)
                given.append(f"{name}={value(rng, self.names) if chance(rng, max(self.wild, 0.3)) else right}")
        return f"{entry.name}({', '.join(given)})"

    def argument(self, name: str) -> str:
        """Return what is given for an argument without a default."""
        rng = self.rng
        if chance(rng, self.wild * 0.5):
            return value(rng, self.names)
        if name in ARGUMENTS:
            return ARGUMENTS[name] if chance(rng, 0.6) else whole(rng)
        return self.name() if name in NODES else number(rng)

    def statement(self, depth: int = 1) -> list[str]:
        """Return the lines of a statement."""
        rng = self.rng
        kind = rng.randrange(16)
        if kind < 8 or depth == 0:
            made = self.expression()
            return [f"{self.bound(rng.choice(NAMES))} = {made}"]
        if kind == 8:
            return [f"{self.name()} {rng.choice('+-*/@')}= {self.expression(1)}"]
        if kind == 9:
            return [self.unpacking()]
        if kind == 10:
            return [self.leaf(rng.choice(NAMES))]
        if kind == 11:
            return self.rebinding()
        return self.block(depth)

    def unpacking(self) -> str:
        """Return an assignment to several names."""
        rng, names = self.rng, self.rng.sample(NAMES, self.rng.randint(2, 3))
        made = rng.choice(
            (
                ", ".join(self.expression(1) for _ in names),
                f"{('gru', 'lstm')[len(names) == 3]}({self.name()}, 2)",
                self.expression(1),
                f"split({self.name()}, {len(names)})",
                "dataset('moons', n=8)",
            )
        )
        for name in names:
            self.bound(name)
        return f"{', '.join(names)} = {made}"

    def rebinding(self) -> list[str]:
        """Return statements that bind one name to several things, one after the other."""
        rng, name = self.rng, self.name()
        made = (
            f"lstm({name}, 2)[0]", f"[dense({name}, 2) for i in range(2)]", f"dense({name}, 2).shape", f"dense({name}, 2)",
            f"({name}, dense({name}, 3))", f"{name}[0]", f"rnn({name}, 2)", f"{name}.shape", "randn(2, 3)", f"[{name}]",
            f"dense({name}[0], 2)", "randn(3, 2, 2)", f"relu({name})", f"len({name}.shape)",
        )  # fmt: skip
        if chance(rng, 0.4):
            return [
                f"for k in range({rng.randint(1, 3)}):",
                f"    {name} = {rng.choice(made)}",
                f"    {name} = {rng.choice(made)}",
            ]
        return [f"{name} = {rng.choice(made)}" for _ in range(rng.randint(1, 3))]

    def block(self, depth: int) -> list[str]:
        """Return a statement with statements in it."""
        rng = self.rng
        kind = rng.randrange(4)
        inner = ["    " + line for _ in range(rng.randint(1, 2)) for line in self.statement(depth - 1)]
        if kind == 0:
            return [f"for i in range({whole(rng)}):", *inner]
        if kind == 1:
            label = rng.choice(NAMES) if not chance(rng, self.wild * 0.3) else rng.choice(("", "a.b", "1", "ä", "W", "x" * 80))
            return [f'with layer("{label}"):', *inner]
        if kind == 2:
            return [f"if {whole(rng)} > 1:", *inner]
        inner = [f"    {self.bound('z')} = {self.expression(1)}"]
        return [
            "def net(x, n=2):",
            *inner,
            f"    return {rng.choice(('x', 'z', 'dense(x, n)', 'z, x'))}",
            f"y = net({self.name()})",
        ]

    def minimize(self) -> str:
        """Return a statement that minimizes the loss."""
        rng = self.rng
        made = self.call(rng.choice(words_of("optimizers"))) if chance(rng, 0.6) else "sgd(lr=0.1)"
        more = rng.choice(
            ("", "", "", "", ", l2=0.1", f", over='{self.name()}'", ", clip=clip_norm(1.0)", f", freeze='{self.name()}'")
        )
        return f"minimize(loss, {made}{more})"
