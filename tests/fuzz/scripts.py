"""Lines of the lab language and expressions, by their grammars, with the names that a model has."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from gradlab.actions import words
from gradlab.scenario.functions import FUNCTIONS
from tests.fuzz.numbers import WILD, array, chance, number, shape, spoiled, whole

SIGNS = ("+", "-", "*", "/", "@", "**", "//", "%")
COMPARED = ("<", ">", "<=", ">=", "==", "!=")
SPLITS = ('"train"', '"test"', '"validation"')
ASKED = ("grad", "update", "delta", "out", "z")


class Scripts:
    """Makes expressions and lines. names: of nodes and numbers.   layers: names of layers.   wild: as in `Models`."""

    def __init__(self, rng: Random, names: Sequence[str], layers: Sequence[str], wild: float) -> None:
        self.rng, self.wild = rng, wild
        self.names, self.layers = tuple(names) or ("x",), tuple(layers) or ("x",)

    def name(self) -> str:
        """Return the name of a node or a number, as a rule."""
        rng = self.rng
        if chance(rng, self.wild * 0.1):
            return rng.choice(("nope", "x.9", "upd", "W.next", "_mul.7", *self.layers))
        return rng.choice(self.names)

    def key(self) -> str:
        """Return what stands between the brackets of an element."""
        rng = self.rng
        if chance(rng, self.wild * 0.3):
            return rng.choice(WILD)
        return ", ".join(rng.choice(("0", "0", "1", "-1", ":", whole(rng))) for _ in range(rng.choice((1, 1, 2, 2, 3))))

    def place(self) -> str:
        """Return a node, or an element of one."""
        return self.name() if chance(self.rng, 0.6) else f"{self.name()}[{self.key()}]"

    def expression(self, depth: int = 2) -> str:
        """Return an expression."""
        rng = self.rng
        if chance(rng, self.wild * 0.15):
            return rng.choice(WILD)
        if depth == 0 or chance(rng, 0.25):
            return rng.choice((self.place(), self.name(), number(rng), array(rng, shape(rng, 1))))
        one, two = self.expression(depth - 1), self.expression(depth - 1)
        asked = rng.choice((self.place(), self.name(), rng.choice(self.layers)))
        made = (
            f"{rng.choice(ASKED)}({asked})",
            f"{one} {rng.choice(SIGNS)} {two}",
            rng.choice(("-{0}", "not {0}", "({0})", "{0}.shape", "{0}.T", "{0}[0]", "[{0}, {0}]", "{0} and {0}")).format(one),
            f"on({rng.choice(SPLITS)}, {one})",
            f"{one} {rng.choice(COMPARED)} {two}",
            f"seeds({rng.choice(('0..1', '1..0', '0..2', '3, 4'))}, {one})",
        )
        return self.function(depth) if chance(rng, 0.3) else rng.choices(made, (20, 20, 10, 10, 10, 1))[0]

    def function(self, depth: int) -> str:
        """Return a call of a function."""
        rng, one = self.rng, self.rng.choice(tuple(FUNCTIONS.values()))
        many = one.low if not chance(rng, self.wild * 0.2) else rng.randint(0, 3)
        given = [self.expression(depth - 1) for _ in range(many)]
        if one.axis and chance(rng, 0.2):
            given.append(f"axis={rng.choice(('0', '1', '-1', '(0, 1)', rng.choice(WILD)))}")
        return f"{one.name}({', '.join(given)})"

    def condition(self, depth: int = 1) -> str:
        """Return a comparison."""
        made = f"{self.expression(depth)} {self.rng.choice(COMPARED)} {self.expression(depth)}"
        return f"{made} and {self.name()} > 0" if chance(self.rng, 0.1) else made

    def position(self) -> str:
        """Return a position."""
        rng = self.rng
        right = f"{rng.randint(0, 3)}.{rng.choice('fbu')}.{rng.choice((0, 1, 2, 3, 'end', 'last'))}"
        return right if chance(rng, 0.7) else rng.choice(("start", "end", "mark", "0", "1.", "0.x.1", "9" * 30, "0.f.-1", "m"))

    def line(self) -> str:
        """Return a line of a script."""
        rng = self.rng
        text = rng.choice(self._lines())
        if chance(rng, self.wild * 0.05):
            text = f"{rng.choice(tuple(words()))} {self.expression(1)}"
        return spoiled(rng, text) if chance(rng, self.wild * 0.15) else text

    def _lines(self) -> tuple[str, ...]:
        rng, expression, unit = self.rng, self.expression(), self.rng.choice(("op", "layer", "phase", "update", "epoch"))
        few = "" if chance(rng, 0.02) else f" for {rng.randint(1, 3)} updates"
        return (
            "forward", "backward", "update", "undo", "stats", "digest", "pause", "precision float32", "precision float16",
            "check", f"check {self.name()}", f"forward to {self.name()}", f"backward to {self.name()}", "reveal", "clear",
            f"backward {self.name()}", f"backward {self.name()} with {expression}", f"accumulate {self.name()}", "reverse",
            f"step {rng.randint(1, 4)} {unit}", f"back {rng.randint(1, 4)} {unit}", f"goto {self.position()}", "step", "back",
            f"train {rng.randint(1, 3)}", "train 1 epochs", f"expect {expression}", f"mark m{whole(rng)}",
            f"clear {whole(rng)}",
            f"expect {self.expression()} ~= {self.expression()} tol {rng.choice(('1e-6', '5%', '1', whole(rng)))}",
            f"expect {self.condition()}", f"explain {self.place()}", f"paths {self.place()}", f"focus {self.name()}",
            f"set {self.place()} = {self.expression(1)}", f"set grad({self.name()}) = {self.expression(1)}", "help",
            f"nudge {self.place()} by {number(rng)}", f"watch {expression}", f"quiz {expression}", f"quiz {self.place()}",
            f"quiz grad({self.place()})", f"quiz {self.place()} = {array(rng, shape(rng))}", f"seed {whole(rng)}",
            f"mode {rng.choice(('train', 'eval'))}", f"reinit {rng.choice(self.layers)} normal(0.1)", f"help {self.name()}",
            f"break at {self.name()}", f"break when {self.condition()}", f"break at {self.name()} when {self.condition()}",
            f"continue{few}", f"run until {self.condition()} for 2 updates", f"reverse until {self.condition()} for 2 updates",
            f"let k{whole(rng)} = {expression}", "budget", "precision bfloat16", f"expect {self.name()} > k{whole(rng)}",
            f"expect each('{self.name()}*', {rng.choice(('it', 'rms(it)', 'rms(grad(it))', expression))}) > 0",
            f"expect stats({rng.choice(self.layers)}).{rng.choice(('std', 'delta', 'ratio', 'noise', 'dead', 'no'))} > 0",
            f"expect {rng.choice(('params', 'macs', 'bytes', 'shape'))}({self.name()}) > 0",
            "expect params() + macs() > bytes('*')",
            f"expect grad(z({rng.choice(self.layers)})) > 0", f"expect underflow({expression}, 'float16') < predicted",
            f"break at {self.position()}", "break when nan", f"say {expression}", f"help {rng.choice(tuple(words()))}",
            "compare with seed=1 for 2 updates", f"compare with {self.name()}={number(rng)} for 1 updates",
            *(rng.choice(lines()) for lines in (self._taught, self._recorded) for _ in range(3)),
            f"explain {self.place()} by {rng.choice(('sample', 'unit'))}", f"explain {self.place()} through {self.name()}",
        )  # fmt: skip

    def _taught(self) -> tuple[str, ...]:
        """Return lines of lessons."""
        rng, words = self.rng, self.rng.choice(('"Why?"', '"is it, = of 1 %?"', '"\u4e2d\u6587"', '""', "Why"))
        some = ("a", "b", "c", "a b", "1", "x=1", "\u00e4", "loss > 1", "")
        choices = rng.choices(some, (4, 4, 4, 1, 1, 1, 1, 1, 1), k=rng.randint(2, 3))
        options = "|".join(choices)
        rest = rng.choice(("", f" of {self.name()}", f" tol {rng.choice(('2%', '1e-3', whole(rng)))}", ' tries 3 hint "h"'))
        return (
            f"quiz {words} {self.expression()}{rest}", f"quiz {words} {options} = {rng.choice(choices)}",
            f"quiz order {self.expression(1)}, {self.expression(1)}, {self.place()}{rest}", f"answer {self.expression(1)}",
            f"answer {rng.choice((*choices, '2, 1, 3'))}", f"mistake {self.expression(1)} {words}",
            f"bet {rng.choice('bc')} {words} {options}", f"settle {rng.choice('bc')} = {self.condition()}",
            f"settle b = {rng.choice(choices)}", f"why {words} {words}", f"note {words}",
            f"{rng.choice(('show', 'zoom', 'layout'))} {rng.choice(('graph', 'ops', self.name(), ''))}",
        )  # fmt: skip

    def _recorded(self) -> tuple[str, ...]:
        """Return lines about what was, and about phases of a training."""
        rng, one = self.rng, self.expression(1)
        return (
            f"curve {one}", f"curve {one} every {whole(rng)}", f"expect history({one})[0] > 0", f"expect best({one}) >= 0",
            f"expect at({self.position()}, {one}) > 0", f"restore best {one}", f"freeze {self.name()}*", f"thaw {self.name()}*",
            f"train 2 of {self.name()}", f"expect always {self.condition()} for 2 updates", f"expect never {self.condition()}",
            f"run until {self.condition()} for 2 updates else stop", f"check {self.name()} for 1 s", "expect steps == updates",
        )  # fmt: skip
