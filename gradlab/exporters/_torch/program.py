"""The whole program: what is imported, the network, its loss, its data, what moves it, and a loop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradlab import __version__
from gradlab.errors import GradlabError, Problem, ScenarioError
from gradlab.exporters._torch.body import SHORT, Body, filled
from gradlab.exporters._torch.expressions import parsed, text_of
from gradlab.exporters._torch.feeds import Feeds
from gradlab.exporters._torch.formulas import Formulas
from gradlab.exporters._torch.layers import TorchPlace
from gradlab.exporters._torch.layout import folded, quoted
from gradlab.exporters._torch.model import PythonNames, TorchBeginning, TorchModel, model_of
from gradlab.exporters._torch.moved import WrittenStep
from gradlab.exporters._torch.ready import ReadyMade
from gradlab.exporters._torch.turns import written_turns
from gradlab.graph.batching import ancestors
from gradlab.graph.graph import Graph, Node, Objective
from gradlab.op import Array

FORMLESS = "`gradlab export torch` has no form of `{}` in PyTorch"


@dataclass(frozen=True, slots=True)
class TorchProgram:
    """A program for PyTorch.

    text: the program.   arrays: what lies beside it, by the names of the laboratory.
    places: where each parameter of the laboratory is, by its name.
    """

    text: str
    arrays: dict[str, Array]
    places: dict[str, tuple[TorchPlace, ...]]


def program_of(
    graph: Graph, seed: int, dtype: str, *, title: str, source: str, beside: str, begin: TorchBeginning | None = None
) -> TorchProgram:
    """Return the program of a graph. Raises GradlabError where nothing has a gradient, ScenarioError for ops without a form.

    title, source: what it is of, and from which file.   beside: the name of the file of arrays.   begin: where it begins.
    """
    model = model_of(graph, seed, begin or TorchBeginning())
    learns = graph.objectives or any(map(model.learns, model.roots))
    if not learns or any(graph.nodes[root].shape for root in model.roots):
        raise GradlabError(f"error: {source}: the model ends in no number that depends on a parameter: nothing has a gradient")
    try:
        return _Writing(model, dtype, title, source, beside, parts=True).write()
    except PartedError:
        return _Writing(model, dtype, title, source, beside, parts=False).write()


class PartedError(Exception):
    """Formulas would have to move a parameter that a layer holds in several parts."""


class _Writing:
    def __init__(self, model: TorchModel, dtype: str, title: str, source: str, beside: str, *, parts: bool) -> None:
        self.model, self.graph, self.dtype = model, model.graph, dtype
        self.title, self.source, self.beside = title, source, beside
        self.body = Body(model, alone=len(model.roots) == 1, parts=parts)
        self.loss: Body | None = None
        self.result: Node | None = self._result()
        self.steps: list[WrittenStep] = []

    def _result(self) -> Node | None:
        """Return what the network gives where its loss is a function of that and of targets; None else."""
        root = self.graph.nodes[self.model.roots[0]]
        if len(self.model.roots) > 1 or root.op.role != "loss" or self.body.kept or self.model.uses[root.index]:
            return None
        first, *targets = root.inputs
        behind = {self.graph.nodes[i].op.role for i in ancestors(self.graph, targets)}
        whole = self.graph.nodes[first]
        held = (self.graph.nodes[i] for i in ancestors(self.graph, targets))
        if any(node.op.role == "constant" and self.model.number(node) is None for node in held):
            return None
        within = {i for i in ancestors(self.graph, [first]) if not self.graph.nodes[i].is_leaf}
        if within & set(ancestors(self.graph, targets)):
            return None
        if behind & {"parameter", "mode", "buffer"} or whole.is_leaf or self.model.uses[first] > 1:
            return None
        return whole

    def write(self) -> TorchProgram:
        """Return the program. Raises ScenarioError."""
        wanted = [self.result.index] if self.result is not None else [*self.model.roots, *self.body.kept]
        before = set(self.body.arguments)
        self.body.run(wanted)
        network = list(self.body.texts)
        if self.result is not None:
            self.given = self.body.trees[self.result.index]
            name = text_of(self.given)
            self.body.trees[self.result.index] = parsed(name if name.isidentifier() else self.body.names.of("result"))
        inputs = [name for name in self.body.arguments if name not in before]
        self.body.texts.clear()
        self.body.run(self.model.roots)
        losses = [text_of(self.body.trees[root]) for root in self.model.roots]
        behind = list(self.body.texts)
        objectives = zip(self.graph.objectives, self._step_names(), strict=True)
        self.steps = [self._step(one, name) for one, name in objectives]
        self._refuse()
        feeds = Feeds()
        for name, node in self.body.arguments.items():
            feeds.add(name, node, self.model)
        parts = [
            self._head(feeds), *self._helpers(feeds), self._network(network, inputs, losses),
            self._loss(behind, losses, inputs), self._data(feeds), *(step.text for step in self.steps),
            self._training(inputs, feeds),
        ]  # fmt: skip
        text = "\n\n\n".join(folded(quoted(part.strip("\n"))) for part in parts if part) + "\n"
        return TorchProgram(text, self._arrays(feeds), {self.graph.nodes[i].name: at for i, at in self.body.places.items()})

    def _step(self, objective: Objective, name: str) -> WrittenStep:
        """Return PyTorch's own optimizer where it has the same numbers, else the formulas."""
        known = self.model, self.body, objective, name
        found = ReadyMade(*known).write()
        if found is None and any(len(places) > 1 for places in self.body.places.values()):
            raise PartedError
        return found or Formulas(*known).write()

    def _step_names(self) -> list[str]:
        if len(self.graph.objectives) < 2:
            return ["Optimizer"][: len(self.graph.objectives)]
        names = PythonNames()
        return [names.of(f"Optimizer_{one.label or k}") for k, one in enumerate(self.graph.objectives)]

    def _refuse(self) -> None:
        """Raise ScenarioError for all nodes that have no form."""
        lacking = [*self.body.lacking, *(node for step in self.steps for node in step.lacking)]
        if lacking:
            first = {(node.op.name, node.span and node.span.start): node for node in lacking}
            raise ScenarioError(Problem(FORMLESS.format(node.op.name), node.span) for node in first.values())

    def _arrays(self, feeds: Feeds) -> dict[str, Array]:
        stored = [node for node in self.body.buffers.values() if not self._is_alike(node)]
        running = [pair for one in self.body.modules.values() for pair in one.buffers.items()]
        stored += [self.graph.nodes[i] for i, kept in running if self._moved(i, kept)]
        stored += [node for step in self.steps for node in step.stored]
        stored += [node for node in self.body.constants.values() if node.size > SHORT]
        leaves = [self.graph.nodes[i] for i in self.body.places] + stored
        return {**{node.name: self.model.value(node) for node in leaves}, **feeds.arrays}

    def _head(self, feeds: Feeds) -> str:
        """Return what stands above: what the program is, what it imports, and the arrays."""
        random = ["from hashlib import blake2b"] if any("blake2b" in helper for helper in feeds.helpers) else []
        program = f"{self.beside.removesuffix('.npz')}.py{' [UPDATES]' if self.graph.objectives else ''}"
        lines = [
            f'"""{clean_text(self.title)}', "",
            f"Written by gradlab {__version__} from {clean_text(self.source)}.",
            "Loss and gradients are those of the laboratory, but for rounding. Weights and data are in",
            f"{clean_text(self.beside)}, by the names that they have there.", "",
            f"    python {clean_text(program)}", '"""', "",
            *(["import sys"] if self.graph.objectives else []), *random, "from pathlib import Path", "",
            "import numpy as np", "import torch", "from torch import nn",
            "from torch.nn import functional as F", "",
            f"DTYPE = torch.{self.dtype}", "torch.set_default_dtype(DTYPE)", *([f"SEED = {self.model.seed}"] if random else []),
            *self._first(),
            f"with np.load(Path(__file__).with_name({self.beside!r}), allow_pickle=False) as arrays:",
            "    data = {name: torch.from_numpy(arrays[name]).to(DTYPE) for name in arrays.files}",
        ]  # fmt: skip
        return "\n".join(lines)

    def _first(self) -> list[str]:
        update = self.model.begin.update
        return [f"START = {update}  # the first update"] if update else []

    def _helpers(self, feeds: Feeds) -> list[str]:
        texts = [*feeds.helpers, *self.body.helpers, *(text for step in self.steps for text in step.helpers)]
        return list(dict.fromkeys(texts))

    def _network(self, statements: list[str], inputs: list[str], losses: list[str]) -> str:
        body = self.body
        lines = ["class Net(nn.Module):", "    def __init__(self):", "        super().__init__()"]
        for name, layer in body.modules.items():
            lines.append(f"        self.{name} = {layer.make}")
            lines += [f"        {text.format(f'self.{name}')}" for text in layer.setup]
        lines += [f"        self.{name} = nn.Parameter(torch.empty({_sizes(node)}))" for name, node in body.params.items()]
        lines += [f"        self.register_buffer({name!r}, {self._start(node)})" for name, node in body.buffers.items()]
        lines += [
            f"        self.register_buffer({name!r}, {self._held(node)}, persistent=False)"
            for name, node in body.constants.items()
        ]
        lines += [
            "        self.load(data)",
            *([] if self.model.begin.trains else ["        self.eval()"]),
            "",
            "    def load(self, data):",
            '        """Take the weights of the laboratory, by their names there."""',
        ]
        lines += ["        with torch.no_grad():", *(f"            {text}" for text in self._loads())]
        if self.body.kept:
            lines.insert(3, "        self.seen = {}")
            seen = (
                f"self.seen[{self.graph.nodes[i].name!r}] = {text_of(body.trees[i])}.detach()" for i in sorted(self.body.kept)
            )
            statements = [*statements, *seen]
        lines += ["", f"    def forward({', '.join(['self', *inputs])}):", *(f"        {text}" for text in statements)]
        result = text_of(self.given) if self.result is not None else ", ".join(losses)
        return "\n".join([*_returning(lines, result)])

    def _held(self, node: Node) -> str:
        """Return a constant: its numbers where they are few, else where they lie."""
        return f"torch.tensor({self.model.value(node).tolist()})" if node.size <= SHORT else f"data[{node.name!r}]"

    def _start(self, node: Node) -> str:
        """Return what a running statistic begins with."""
        if not self._is_alike(node):
            return f"data[{node.name!r}].clone()"
        value = self.model.value(node)
        return filled(node.shape, float(value.flat[0])) if value.size else f"torch.zeros({node.shape})"

    def _is_alike(self, node: Node) -> bool:
        value = self.model.value(node)
        return not value.size or bool((value == value.flat[0]).all())

    def _moved(self, buffer: int, kept: str) -> bool:
        """Return whether a running statistic does not begin as that of a new layer: a mean of 0, a variance of 1."""
        return bool((self.model.value(self.graph.nodes[buffer]) != (kept == "running_var")).any())

    def _loads(self) -> Iterator[str]:
        for index, places in sorted(self.body.places.items()):
            node = self.graph.nodes[index]
            for place in places:
                yield f"self.{place.name}.copy_({place.take.replace('a', f'data[{node.name!r}]', 1)})"
        for name, layer in self.body.modules.items():
            for index, kept in layer.buffers.items():
                if self._moved(index, kept):
                    node = self.graph.nodes[index]
                    yield f"self.{name}.{kept}.copy_(data[{node.name!r}]{'.reshape(-1)' if len(node.shape) > 1 else ''})"

    def _loss(self, statements: list[str], losses: list[str], inputs: list[str]) -> str:
        if self.result is None:
            return ""
        name = text_of(self.body.trees[self.result.index])
        self.targets = [one for one in self.body.arguments if one not in inputs]
        more = [one for one in inputs if any(one in text.split() or one in _words(text) for text in (*statements, *losses))]
        self.targets += more
        lines = [f"def loss_fn({', '.join([name, *self.targets])}):", *(f"    {text}" for text in statements)]
        return "\n".join(_returning(lines, losses[0], 4))

    def _data(self, feeds: Feeds) -> str:
        names = list(self.body.arguments)
        lines = [
            "def batch(update, number):" if any("number" in text for text in feeds.lines.values()) else "def batch(update):"
        ]
        told = ", ".join(names)
        lines.append(f'    """Return what the network and its loss are given: {told or "nothing"}."""')
        for name in names:
            remark = f"  # {feeds.remarks[name]}" if name in feeds.remarks else ""
            lines.append(f"    {name} = {feeds.lines[name]}{remark}")
        lines.append(
            f"    return {', '.join(names)}" if len(names) > 1 else f"    return ({', '.join(names)}{',' if names else ''})"
        )
        return "\n".join(lines)

    def _training(self, inputs: list[str], feeds: Feeds) -> str:
        """Return the loss of an update, and the loop."""
        names, several = list(self.body.arguments), len(self.graph.objectives) > 1
        number = "turn_of(update)[1]" if several else "update"
        noisy = any("number" in text for text in feeds.lines.values())
        given = f"batch({number}{', update' if noisy else ''})"
        lines = written_turns(self.model) if several else []
        lines.append("def losses(model, update):" if several else "def loss_of(model, update):")
        lines.append(f'    """Return the loss{"es" if several else ""} of an update."""')
        if self.result is not None:
            lines += [f"    {', '.join(names)}{',' if len(names) == 1 else ''} = {given}"] if names else []
            called = f"model({', '.join(inputs)})"
            lines.append(f"    return loss_fn({', '.join([called, *self.targets])})")
        else:
            lines.append(f"    return model(*{given})" if names else "    return model()")
        return "\n".join([*lines, "", "", *self._loop(several)])

    def _backward(self) -> list[str]:
        """Return the backward pass; where no gradient gets to a parameter there is nothing to do."""
        if all(self.model.learns(root) for root in self.model.roots):
            return ["        loss.backward()"]
        return ["        if loss.requires_grad:", "            loss.backward()"]

    def _loop(self, several: bool) -> list[str]:
        names = self._step_names()
        start = self.model.begin.update
        over, counted = ("range(START, START + updates)", ", START") if start else ("range(updates)", "")
        if not names:
            return self._gradients("START" if start else "0")
        if several:
            made = [f"    optimizers = [{', '.join(f'{name}(model)' for name in names)}]"]
            inner = ["        turn, _ = turn_of(update)", "        loss = losses(model, update)[turn]"]
            stepped = "        optimizers[turn].step(loss.detach())"
            root_of = [self.model.roots.index(one.root) for one in self.graph.objectives]
            if root_of != list(range(len(names))):
                inner[1] = f"        loss = losses(model, update)[{root_of}[turn]]"
        else:
            made = [f"    optimizer = {names[0]}(model)"]
            inner = ["        loss = loss_of(model, update)"]
            stepped = "        optimizer.step(loss.detach())"
        return [
            "def train(model, updates):", '    """Make so many updates, and yield the loss of each before its step."""', *made,
            f"    for update in {over}:", "        model.zero_grad()", *inner, *self._backward(),
            "        yield loss.item()", stepped, "", "",
            'if __name__ == "__main__":',
            f"    for update, loss in enumerate(train(Net(), int(sys.argv[1]) if len(sys.argv) > 1 else 10){counted}):",
            '        print(f"update {update}: loss {loss:.6g}")',
        ]  # fmt: skip

    def _gradients(self, update: str) -> list[str]:
        """Return what is done where no optimizer is: loss and gradients of one batch."""
        return [
            'if __name__ == "__main__":',
            "    model = Net()",
            f"    loss = loss_of(model, {update})",
            "    loss.backward()",
            '    print(f"loss {loss.item():.6g}")',
            "    for name, parameter in model.named_parameters():",
            "        norm = 0.0 if parameter.grad is None else parameter.grad.norm().item()",
            '        print(f"{name}: gradient of norm {norm:.6g}")',
        ]


def _returning(lines: list[str], result: str, indent: int = 8) -> list[str]:
    """Return statements that end with what they give; a variable that was given just that is left out."""
    last, before = lines[-1].strip(), " " * indent
    if result.isidentifier() and last.startswith(f"{result} = "):
        return [*lines[:-1], f"{before}return {last.removeprefix(f'{result} = ')}"]
    return [*lines, f"{before}return {result}"]


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def _sizes(node: Node) -> str:
    """Return the sizes of an array as a call is given them."""
    return ", ".join(map(str, node.shape)) or "()"


def clean_text(text: str) -> str:
    """Return a text without what would end the text that it stands in."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in '"\\')
