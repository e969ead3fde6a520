"""What moves the parameters of one objective: an optimizer of PyTorch, or the laboratory's formulas written out."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gradlab.exporters._torch.body import Body, Statements, filled, short_of
from gradlab.exporters._torch.expressions import number, parsed, text_of
from gradlab.exporters._torch.layers import Place
from gradlab.exporters._torch.model import Model, Names
from gradlab.graph.graph import Node, Objective
from gradlab.optim import OPTIMIZERS
from gradlab.optim._torch import Ready

GRADIENT = "gradient"
HELPER = '''
def gradient(parameter):
    """Return the gradient of a parameter: 0 where the loss does not depend on it."""
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
'''
CLIP = '''
def clip_by_norm(parameters, limit):
    """Make all gradients together no longer than a limit. `nn.utils.clip_grad_norm_` adds 1e-6 to the norm, the laboratory nothing."""
    gradients = [one.grad for one in parameters if one.grad is not None]
    norm = torch.stack([(one ** 2).sum() for one in gradients]).sum().sqrt()
    for one in gradients:
        one.mul_(limit / torch.clamp(norm, min=limit))
'''


@dataclass(slots=True)
class Step:
    """The text of what moves the parameters. name: of the class or the function that makes it.

    text: its definition.   helpers: what it calls.   lacking: nodes without a form.   ready: whether it is PyTorch's own.
    before: statements between the backward pass and the step, for an `optimizer`.
    """

    name: str
    text: str
    helpers: list[str] = field(default_factory=list)
    lacking: list[Node] = field(default_factory=list)


class Writer:
    """Writes the steps of one objective."""

    def __init__(self, model: Model, body: Body, objective: Objective, name: str) -> None:
        self.model, self.body, self.objective, self.name = model, body, objective, name
        self.graph, self.nodes = model.graph, model.graph.nodes
        self.begins = {
            leaf: self.nodes[i].name.removesuffix(".next") for i, leaf in objective.commits if leaf in objective.params
        }
        self.own = {i: self._owner(self.nodes[i]) for i in objective.updates}

    def _owner(self, node: Node) -> int | None:
        """Return the parameter whose update a node is a part of; None where several share it."""
        owners = [param for param, begin in self.begins.items() if node.name.startswith(f"{begin}.")]
        return max(owners, key=lambda param: len(self.begins[param]), default=None)

    def write(self) -> Step:
        """Return PyTorch's own optimizer where it has the same numbers, else the formulas."""
        return self._ready() or _Formulas(self).write()

    def _ready(self) -> Step | None:
        objective = self.objective
        if objective.gathering or not objective.optimizers or any(
            self.nodes[leaf].op.role not in ("parameter", "buffer") and self._owner(self.nodes[leaf]) is None
            and short_of(self.nodes[leaf]) != "t" for _, leaf in objective.commits
        ):  # fmt: skip
            return None
        groups = [self._group(prefix) for prefix in objective.optimizers]
        found = [group for group in groups if group is not None]
        claimed = [param for group in found for param in group.params]
        if len(found) < len(groups) or len(set(claimed)) < len(claimed) or not self._plain_statistics():
            return None
        return self._text(found)

    def _plain_statistics(self) -> bool:
        """Return whether all running statistics are those of layers that move them themselves."""
        held = {index for layer in self.body.modules.values() for index in layer.buffers}
        return all(leaf in held for _, leaf in self.objective.commits if self.nodes[leaf].op.role == "buffer")

    def _group(self, prefix: str) -> _Group | None:
        kind = prefix.partition(".")[0]
        form = ready_form(kind)
        hyper = {key: self.graph.find(f"{prefix}.{key}") for key in OPTIMIZERS[kind].hyper} if kind in OPTIMIZERS else {}
        if form is None or any(node is None for node in hyper.values()):
            return None
        ends = {short_of(self.nodes[i]) for i in self.objective.updates if self.own[i] is not None}
        if ends & {"avg", "mean"} or any(self.nodes[i].name.endswith(".avg.next") for i in self.objective.updates):
            return None
        texts: dict[str, str] = {}
        paced = None
        for key, node in hyper.items():
            assert node is not None
            value = self.model.number(node)
            if value is None and (key != "lr" or not form.paced or self._remembers(node)):
                return None
            paced = node if value is None else paced
            texts[key] = "1.0" if value is None else text_of(number(value))
        decay = self._decay(prefix, form)
        params = [p for p in self.objective.params if self._reads(p, hyper)]
        if decay is None or not params or not self._clips_known():
            return None
        return _Group(form, texts, params, paced, decay)

    def _remembers(self, node: Node) -> bool:
        """Return whether a rate is more than a function of the number of steps."""
        from gradlab.graph.batching import ancestors

        return any(
            (self.nodes[i].phase == "f" and not self.nodes[i].op.role == "constant")
            or (self.nodes[i].op.role == "state" and short_of(self.nodes[i]) != "t") for i in ancestors(self.graph, [node.index])
        )  # fmt: skip

    def _reads(self, param: int, hyper: dict[str, Node | None]) -> bool:
        wanted = {node.index for node in hyper.values() if node is not None}
        return any(self.own[i] == param and wanted & set(self.nodes[i].inputs) for i in self.objective.updates)

    def _decay(self, prefix: str, form: Ready) -> str | None:
        """Return the weight decay as text, "" for none; None where PyTorch's is another one."""
        decayed = [i for i in self.objective.updates if self.nodes[i].name.endswith(".decayed")]
        if not decayed:
            return ""
        node = self.graph.find(f"{self.objective.shared}.l2")
        value = None if node is None else self.model.number(node)
        if value is None or not form.decays or len(decayed) != len(self.objective.params):
            return None
        return text_of(number(value))

    def _clips_known(self) -> bool:
        clipped = any(self.nodes[i].name.endswith(".clipped") for i in self.objective.updates)
        return not clipped or self._limit() is not None

    def _limit(self) -> float | None:
        """Return the norm that all gradients are clipped to."""
        shared = self.objective.shared
        limit, norm = self.graph.find(f"{shared}.clip.limit"), self.graph.find(f"{shared}.clip.norm")
        return None if limit is None or norm is None else self.model.number(limit)

    def _text(self, groups: Sequence[_Group]) -> Step:
        """Return the function that makes the optimizer, and what paces it."""
        helpers = []
        clipped = any(self.nodes[i].name.endswith(".clipped") for i in self.objective.updates)
        whole = len(groups) == 1 and len(groups[0].params) == len(self.body.places)
        lines = [f"class {self.name}:", *_doc(self._summary()), "    def __init__(self, model):"]
        made = []
        for group in groups:
            params = "model.parameters()" if whole else f"[{', '.join(f'model.{self._place(p).name}' for p in group.params)}]"
            made.append(group.make(params))
        lines += [f"        self.optimizers = [{', '.join(made)}]"]
        if len(made) == 1:
            lines[-1] = f"        self.optimizer = {made[0]}"
        lines += ["", "    def step(self, loss):"]
        paced = [(n, group.paced) for n, group in enumerate(groups) if group.paced is not None]
        return self._finished(lines, groups, paced, clipped, helpers)

    def _finished(
        self, lines: list[str], groups: Sequence[_Group], paced: Sequence[tuple[int, Node]], clipped: bool, helpers: list[str]
    ) -> Step:
        """Return the step with what stands before that of the optimizer."""
        which = "self.optimizer" if len(groups) == 1 else "self.optimizers[{}]"
        texts: list[str] = []
        if clipped:
            helpers.append(CLIP)
            every = [f"model.{self._place(p).name}" for p in self.objective.params]
            lines.insert(lines.index("    def __init__(self, model):") + 1, f"        self.parameters = [{', '.join(every)}]")
            texts.append(f"clip_by_norm(self.parameters, {self._limit()!r})")
        lacking: list[Node] = []
        if paced:
            counts = Counter(k for i in self.objective.updates for k in self.nodes[i].inputs)
            run = Statements(self.graph, Names(("self", "loss", "torch")), _clock, counts)
            run.run([node.index for _, node in paced])
            lines.insert(
                lines.index("    def __init__(self, model):") + 1,
                "        self.steps = 0  # made so far: the rate follows them",
            )
            texts += ["t = torch.tensor(float(self.steps))", *run.texts]
            texts += [f"{which.format(n)}.param_groups[0]['lr'] = float({text_of(run.trees[node.index])})" for n, node in paced]
            texts.append("self.steps += 1")
            lacking, helpers = run.lacking, [*helpers, *run.helpers]
        texts += [f"{which.format(n)}.step()" for n in range(len(groups))]
        return Step(self.name, "\n".join([*lines, *(f"        {text}" for text in texts)]), helpers, lacking)

    def _place(self, param: int) -> Place:
        return self.body.places[param][0]

    def _summary(self) -> str:
        return f"Moves the parameters: {', '.join(self.objective.optimizers) or 'a formula of its own'}."


@dataclass(frozen=True, slots=True)
class _Group:
    form: Ready
    hyper: dict[str, str]
    params: list[int]
    paced: Node | None
    decay: str

    def make(self, params: str) -> str:
        """Return the call that makes the optimizer."""
        tree = parsed(self.form.make)
        text = text_of(_Named({**self.hyper, "params": params}).visit(tree))
        return f"{text[:-1]}, weight_decay={self.decay})" if self.decay else text


class _Named(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what stands for a name."""
        return parsed(self.names[node.id]) if node.id in self.names else node


def ready_form(kind: str) -> Ready | None:
    """Return PyTorch's form of an optimizer, as its file declares it."""
    if kind not in OPTIMIZERS:
        return None
    forms: dict[str, Ready] = getattr(importlib.import_module(OPTIMIZERS[kind].update.__module__), "TORCH", {})
    return forms.get(kind)


def _clock(node: Node) -> ast.expr:
    """Return the leaf of a schedule: a number, or the counter of steps."""
    return ast.Name("t", ast.Load()) if node.op.role == "state" else constant(node)


def constant(node: Node) -> ast.expr:
    """Return a constant of the update phase."""
    value = node.feed.value(0, 0) if node.feed is not None else 0.0
    if node.shape == ():
        return number(float(value))
    if node.size and (value == value.flat[0]).all():
        return parsed(filled(node.shape, float(value.flat[0])))
    return parsed(f"torch.tensor({value.tolist()})")


def _doc(text: str) -> list[str]:
    return [f'    """{text}"""', ""]


class _Formulas:
    """The formulas of an objective, written out."""

    def __init__(self, writer: Writer) -> None:
        self.w, self.graph, self.nodes = writer, writer.graph, writer.nodes
        self.objective = writer.objective
        self.names = Names(("self", "loss", "torch", "s", "model", "name", "w", "g"))
        programs = self.objective.programs
        self.uses = Counter(k for program in programs for i in program.updates for k in self.nodes[i].inputs)
        self.uses += Counter(i for program in programs for i, _ in program.commits)
        self.states = {leaf for program in programs for _, leaf in program.commits if self.nodes[leaf].op.role == "state"}
        self.helpers: dict[str, None] = {HELPER: None}
        self.lacking: list[Node] = []

    def write(self) -> Step:
        """Return the class."""
        lines = [
            f"class {self.w.name}:",
            *_doc(f"{self.w._summary()[:-1]}, as the laboratory computes it."),
            "    def __init__(self, model):",
            "        self.model = model",
        ]
        if self.states:
            lines += ["        self.state = {", *self._begin(), "        }"]
        if self.objective.gathering:
            lines.append("        self.turn = 0")
        lines += ["", "    @torch.no_grad()", "    def step(self, loss):", "        model = self.model"]
        lines += ["        s = self.state"] if self.states else []
        if self.objective.gathering:
            lines += [
                "        self.turn += 1",
                f"        if self.turn % {self.objective.every}:  # gather; the others make a step",
            ]
            lines += [f"            {text}" for text in self._program(self.objective.gathering)] + ["            return"]
        lines += [f"        {text}" for text in self._program(self.objective)]
        return Step(self.w.name, "\n".join(lines), list(self.helpers), self.lacking)

    def _begin(self) -> Iterator[str]:
        """Yield what is remembered, as it begins."""
        twins = {id(self.nodes[p].feed): p for p in self.objective.params}
        for leaf in sorted(self.states):
            node = self.nodes[leaf]
            if id(node.feed) in twins:
                begin = f"{self._weight(twins[id(node.feed)], 'model')}.detach().clone()"
            else:
                begin = (
                    text_of(constant(node))
                    if node.shape
                    else f"torch.tensor({float(node.feed.value(0, 0)) if node.feed else 0.0!r})"
                )
            yield f"            {node.name!r}: {begin},"

    def _weight(self, param: int, model: str, grad: bool = False) -> str:
        place = self.w._place(param)
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
            return parsed(f"model.{self.w.body.buffer(node)}")
        if role == "mode":
            return parsed("model.training")
        return constant(node)

    def _program(self, program: Objective) -> list[str]:
        """Return the statements of one update."""
        held = {index for layer in self.w.body.modules.values() for index in layer.buffers}
        run = Statements(self.graph, self.names, self._leaf, self.uses)
        for index in {
            k for i in program.updates for k in self.nodes[i].inputs if self.nodes[k].phase == "f" and not self.nodes[k].is_leaf
        }:
            name = self.nodes[index].name
            run.trees[index] = parsed("loss" if index == self.objective.root else f"model.seen[{name!r}]")
        commits = [(i, leaf) for i, leaf in program.commits if leaf not in held]
        owned = {p: [(i, leaf) for i, leaf in commits if self._owner(i, leaf) == p] for p in program.params}
        shared = [(i, leaf) for i, leaf in commits if not any((i, leaf) in pairs for pairs in owned.values())]
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
        return self.w._owner(self.nodes[index])

    def _owner(self, index: int, leaf: int) -> int | None:
        return leaf if leaf in self.objective.params else self.w._owner(self.nodes[index])

    def _alike(self, program: Objective, owned: dict[int, list[tuple[int, int]]]) -> list[list[int]]:
        """Return the parameters that the same formula moves, together."""
        found: dict[object, list[int]] = {}
        for param, pairs in owned.items():
            if pairs:
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
            return node.name.removeprefix(self.w.begins[param]) if node.op.role == "state" else k

        return (tuple((self.nodes[i].op.name, repr(dict(self.nodes[i].attrs)), tuple(map(told, self.nodes[i].inputs))) for i in own),
                tuple((told(i), told(leaf)) for i, leaf in pairs))  # fmt: skip

    def _loop(self, shared: Statements, group: list[int], owned: dict[int, list[tuple[int, int]]]) -> Iterator[str]:
        """Yield the formula for one parameter after the other."""
        first = group[0]
        begin = self.w.begins[first]

        def leaf(node: Node) -> ast.expr:
            if node.index == first:
                return parsed("w")
            if node.op.role == "gradient" and node.attrs["of"] == first:
                return parsed("g")
            if node.op.role == "state" and node.name.startswith(f"{begin}."):
                return parsed("s[name + " + repr(node.name.removeprefix(begin)) + "]")
            return self._leaf(node)

        run = Statements(self.graph, Names(("self", "loss", "torch", "s", "model", "name", "w", "g")), leaf, self.uses)
        run.trees.update(shared.trees)
        run.names = Names({*self.names._taken, "w", "g", "name"})
        for index in [k for k in run.trees if self.nodes[k].is_leaf]:
            del run.trees[index]
        run.run([i for i, _ in owned[first]])
        yield "for name, w, g in ("
        for param in group:
            yield f"    ({self.w.begins[param]!r}, {self._weight(param, 'model')}, {self._weight(param, 'model', grad=True)}),"
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
            return f"model.{self.w.body.buffer(node)} = {text}"
        if node.op.role == "parameter":
            return f"{self._weight(leaf, 'model')}.copy_({text})"
        return f"s[{node.name!r}] = {text}"
