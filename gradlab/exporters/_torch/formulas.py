"""The formulas of an objective, written out, for what PyTorch has no optimizer with the same numbers for."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

import numpy as np

from gradlab.exporters._torch.body import Body, Statements
from gradlab.exporters._torch.expressions import parsed, text_of
from gradlab.exporters._torch.model import PythonNames, TorchModel
from gradlab.exporters._torch.moved import MovedParameters, WrittenStep, constant, doc
from gradlab.graph.graph import Node, Objective

HELPER = '''
def gradient(parameter):
    """Return the gradient of a parameter: 0 where the loss does not depend on it."""
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
'''


class Formulas(MovedParameters):
    """The formulas of an objective, written out."""

    def __init__(self, model: TorchModel, body: Body, objective: Objective, name: str) -> None:
        super().__init__(model, body, objective, name)
        self.names = PythonNames(("self", "loss", "torch", "s", "model", "name", "w", "g"))
        programs = self.objective.programs
        self.uses = Counter(k for program in programs for i in program.updates for k in self.nodes[i].inputs)
        self.uses += Counter(i for program in programs for i, _ in program.commits)
        self.states = {leaf for program in programs for _, leaf in program.commits if self.nodes[leaf].op.role == "state"}
        self.helpers: dict[str, None] = {HELPER: None}
        self.lacking: list[Node] = []

    def write(self) -> WrittenStep:
        """Return the class."""
        lines = [
            f"class {self.name}:",
            *doc(f"{self.summary()[:-1]}, as the laboratory computes it."),
            "    def __init__(self, model):",
            "        self.model = model",
        ]
        if self.states:
            lines += ["        self.state = {", *self._begin(), "        }"]
        if self.objective.gathering:
            lines.append(f"        self.turn = {self._turns_before()}")
        lines += ["", "    @torch.no_grad()", "    def step(self, loss):", "        model = self.model"]
        lines += ["        s = self.state"] if self.states else []
        if self.objective.gathering:
            lines += [
                "        self.turn += 1",
                f"        if self.turn % {self.objective.every}:  # gather; the others make a step",
            ]
            lines += [f"            {text}" for text in self._program(self.objective.gathering)] + ["            return"]
        lines += [f"        {text}" for text in self._program(self.objective)]
        return WrittenStep(self.name, "\n".join(lines), list(self.helpers), self.lacking, self.stored)

    def _turns_before(self) -> int:
        """Return how many turns this objective has had."""
        made = self.model.turns.made(self.model.begin.update)
        return made[self.graph.objectives.index(self.objective)]

    def _begin(self) -> Iterator[str]:
        """Yield what is remembered, as it begins."""
        twins = {id(self.nodes[p].feed): p for p in self.objective.params}
        for leaf in sorted(self.states):
            node = self.nodes[leaf]
            twin = twins.get(id(node.feed))
            alike = twin is not None and np.array_equal(self.model.value(node), self.model.value(self.nodes[twin]))
            begin = f"{self._weight(twin, 'model')}.detach().clone()" if twin is not None and alike else self.remembered(node)
            yield f"            {node.name!r}: {begin},"

    def _weight(self, param: int, model: str, grad: bool = False) -> str:
        place = self.place(param)
        text = f"{model}.{place.name}"
        return f"{f'gradient({text})' if grad else text}{place.view}"

    def _leaf(self, node: Node) -> ast.expr:
        role = node.op.role
        if role == "parameter":
            return parsed(self._weight(node.index, "model"))
        if role == "gradient":
            return parsed(self._weight(node.attrs["of"], "model", grad=True))
        if role == "state":
            return parsed(f"s[{node.name!r}]")
        if role == "buffer":
            return parsed(f"model.{self.body.buffer(node)}")
        if role == "mode":
            return parsed("model.training")
        return constant(node)

    def _program(self, program: Objective) -> list[str]:
        """Return the statements of one update."""
        held = {index for layer in self.body.modules.values() for index in layer.buffers}
        run = Statements(self.graph, self.names, self._leaf, self.uses)
        for index in {
            k for i in program.updates for k in self.nodes[i].inputs if self.nodes[k].phase == "f" and not self.nodes[k].is_leaf
        }:
            name = self.nodes[index].name
            run.trees[index] = parsed("loss" if index == self.objective.root else f"model.seen[{name!r}]")
        commits = [(i, leaf) for i, leaf in program.commits if leaf not in held]
        owned = {p: [(i, leaf) for i, leaf in commits if self._whose(i, leaf) == p] for p in program.params}
        frozen = self.model.begin.frozen
        shared = [(i, leaf) for i, leaf in commits
                  if leaf not in frozen and not any((i, leaf) in pairs for pairs in owned.values())]  # fmt: skip
        alike = self._alike(program, owned)
        looped = {i for group in alike for p in group for i, _ in owned[p]}
        needed = {k for i in program.updates if self.w_own(program, i) is not None for k in self.nodes[i].inputs
                  if self.nodes[k].phase == "u" and not self.nodes[k].is_leaf and self.w_own(program, k) is None}  # fmt: skip
        run.run([*needed, *(i for i, _ in shared if i not in looped)])
        texts = run.texts
        for group in alike:
            texts += self._loop(run, group, owned)
        texts += [self._commit(text_of(run.trees[i]), leaf) for i, leaf in shared]
        self.helpers.update(run.helpers)
        self.lacking += run.lacking
        return texts

    def w_own(self, program: Objective, index: int) -> int | None:
        """Return the parameter that a node of an update is about."""
        return self.owner(self.nodes[index])

    def _whose(self, index: int, leaf: int) -> int | None:
        return leaf if leaf in self.objective.params else self.owner(self.nodes[index])

    def _alike(self, program: Objective, owned: dict[int, list[tuple[int, int]]]) -> list[list[int]]:
        """Return the parameters that the same formula moves, together."""
        found: dict[object, list[int]] = {}
        for param, pairs in owned.items():
            if pairs and param not in self.model.begin.frozen:
                found.setdefault(self._signature(program, param, pairs), []).append(param)
        return list(found.values())

    def _signature(self, program: Objective, param: int, pairs: list[tuple[int, int]]) -> object:
        own = [i for i in program.updates if self.w_own(program, i) == param]
        place = {i: n for n, i in enumerate(own)}

        def told(k: int) -> object:
            node = self.nodes[k]
            if k in place:
                return place[k]
            if k == param or node.attrs.get("of") == param:
                return "w" if k == param else "g"
            return node.name.removeprefix(self.begins[param]) if node.op.role == "state" else k

        def written(i: int) -> object:
            node = self.nodes[i]
            return node.op.name, repr(dict(node.attrs)), tuple(map(told, node.inputs))

        return tuple(map(written, own)), tuple((told(i), told(leaf)) for i, leaf in pairs)

    def _loop(self, shared: Statements, group: list[int], owned: dict[int, list[tuple[int, int]]]) -> Iterator[str]:
        """Yield the formula for one parameter after the other."""
        first = group[0]
        begin = self.begins[first]

        def leaf(node: Node) -> ast.expr:
            if node.index == first:
                return parsed("w")
            if node.op.role == "gradient" and node.attrs["of"] == first:
                return parsed("g")
            if node.op.role == "state" and node.name.startswith(f"{begin}."):
                return parsed("s[name + " + repr(node.name.removeprefix(begin)) + "]")
            return self._leaf(node)

        run = Statements(self.graph, PythonNames(("self", "loss", "torch", "s", "model", "name", "w", "g")), leaf, self.uses)
        run.trees.update(shared.trees)
        run.names, run.beginning = self.names.inner("w", "g", "name"), f"{begin}."
        for index in [k for k in run.trees if self.nodes[k].is_leaf]:
            del run.trees[index]
        run.run([i for i, _ in owned[first]])
        yield "for name, w, g in ("
        for param in group:
            yield f"    ({self.begins[param]!r}, {self._weight(param, 'model')}, {self._weight(param, 'model', grad=True)}),"
        yield "):"
        yield from (f"    {text}" for text in run.texts)
        for i, index in owned[first]:
            text, node = text_of(run.trees[i]), self.nodes[index]
            if index == first:
                yield f"    w.copy_({text})"
            else:
                yield f"    s[name + {node.name.removeprefix(begin)!r}] = {text}"
        self.helpers.update(run.helpers)
        self.lacking += run.lacking

    def _commit(self, text: str, leaf: int) -> str:
        node = self.nodes[leaf]
        if node.op.role == "buffer":
            return f"model.{self.body.buffer(node)} = {text}"
        if node.op.role == "parameter":
            return f"{self._weight(leaf, 'model')}.copy_({text})"
        return f"s[{node.name!r}] = {text}"
