"""Optimizers that PyTorch has, where they have the same numbers."""

from __future__ import annotations

import ast
import importlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradlab.exporters._torch.body import Statements, short_of
from gradlab.exporters._torch.expressions import number, parsed, text_of
from gradlab.exporters._torch.layers import TorchPlace
from gradlab.exporters._torch.model import PythonNames
from gradlab.exporters._torch.moved import MovedParameters, WrittenStep, constant, doc
from gradlab.graph.batching import ancestors
from gradlab.graph.graph import Node
from gradlab.optim import OPTIMIZERS
from gradlab.optim._torch import Ready

CLIP = '''
def clip_by_norm(parameters, limit):
    """Make all gradients together no longer than a limit. `nn.utils.clip_grad_norm_` also adds 1e-6 to the norm."""
    gradients = [one.grad for one in parameters if one.grad is not None]
    norm = torch.stack([(one ** 2).sum() for one in gradients]).sum().sqrt()
    for one in gradients:
        one.mul_(limit / torch.clamp(norm, min=limit))
'''


class ReadyMade(MovedParameters):
    """An objective whose optimizer PyTorch may have."""

    def write(self) -> WrittenStep | None:
        """Return PyTorch's own optimizer; None where it has other numbers."""
        objective = self.objective
        if objective.gathering or not objective.optimizers or any(
            self.nodes[leaf].op.role not in ("parameter", "buffer") and self.owner(self.nodes[leaf]) is None
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
        frozen = self.model.begin.frozen
        params = [p for p in self.objective.params if p not in frozen and self._reads(p, hyper)]
        if decay is None or not params or not self._clips_known():
            return None
        return _Group(form, texts, params, paced, decay)

    def _remembers(self, node: Node) -> bool:
        """Return whether a rate is more than a function of the number of steps."""
        return any(
            (self.nodes[i].phase == "f" and self.nodes[i].op.role != "constant")
            or (self.nodes[i].op.role == "state" and short_of(self.nodes[i]) != "t")
            for i in ancestors(self.graph, [node.index])
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

    def _text(self, groups: Sequence[_Group]) -> WrittenStep:
        """Return the function that makes the optimizer, and what paces it."""
        helpers = list[str]()
        clipped = any(self.nodes[i].name.endswith(".clipped") for i in self.objective.updates)
        whole = len(groups) == 1 and len(groups[0].params) == len(self.body.places)
        lines = [f"class {self.name}:", *doc(self.summary()), "    def __init__(self, model):"]
        made = []
        for group in groups:
            params = "model.parameters()" if whole else f"[{', '.join(self.held(group.params))}]"
            made.append(group.make(params))
        remembered = [text for n, group in enumerate(groups) for text in self._remembered(group, n, len(groups))]
        if len(made) == 1:
            lines.append(f"        self.optimizer = {made[0]}")
        else:
            lines += ["        self.optimizers = [", *(f"            {one}," for one in made), "        ]"]
        if remembered:
            lines.append("        self.load(model, data)")
            lines += [
                "",
                "    def load(self, model, data):",
                '        """Take what the optimizer remembers of the steps before."""',
            ]
            lines += [f"        {text}" for text in remembered]
        lines += ["", "    def step(self, loss):"]
        paced = [(n, group.paced) for n, group in enumerate(groups) if group.paced is not None]
        return self._finished(lines, groups, paced, clipped, helpers)

    def _finished(
        self, lines: list[str], groups: Sequence[_Group], paced: Sequence[tuple[int, Node]], clipped: bool, helpers: list[str]
    ) -> WrittenStep:
        """Return the step with what stands before that of the optimizer."""
        which = "self.optimizer" if len(groups) == 1 else "self.optimizers[{}]"
        texts: list[str] = []
        if clipped:
            helpers.append(CLIP)
            every = self.held(self.objective.params)
            lines.insert(lines.index("    def __init__(self, model):") + 1, f"        self.parameters = [{', '.join(every)}]")
            texts.append(f"clip_by_norm(self.parameters, {self._limit()!r})")
        lacking: list[Node] = []
        if paced:
            counts = Counter(k for i in self.objective.updates for k in self.nodes[i].inputs)
            run = Statements(self.graph, PythonNames(("self", "loss", "torch")), _clock, counts)
            run.run([node.index for _, node in paced])
            lines.insert(
                lines.index("    def __init__(self, model):") + 1,
                f"        self.steps = {self._steps()}  # made so far: the rate follows them",
            )
            texts += ["t = torch.tensor(float(self.steps))", *run.texts]
            texts += [f"{which.format(n)}.param_groups[0]['lr'] = float({text_of(run.trees[node.index])})" for n, node in paced]
            texts.append("self.steps += 1")
            lacking, helpers = run.lacking, [*helpers, *run.helpers]
        texts += [f"{which}.step()"] if len(groups) == 1 else ["for optimizer in self.optimizers:", "    optimizer.step()"]
        text = "\n".join([*lines, *(f"        {text}" for text in texts)])
        return WrittenStep(self.name, text, helpers, lacking, self.stored)

    def _steps(self) -> int:
        """Return how many steps were made before."""
        counters = [self.nodes[leaf] for _, leaf in self.objective.commits if short_of(self.nodes[leaf]) == "t"]
        return int(self.model.value(counters[0])) if counters else self.model.begin.steps

    def _remembered(self, group: _Group, number: int, many: int) -> Iterator[str]:
        """Yield statements that give PyTorch's optimizer what was remembered; none where that is nothing."""
        states = {
            (self.begins[param], letter): self.graph.find(f"{self.begins[param]}.{letter}")
            for param in group.params for letter in group.letters
        }  # fmt: skip
        known = [node for node in states.values() if node is not None]
        if not self._steps() and not any(self.model.value(node).any() for node in known):
            return
        self.stored += known
        count = [f"'step': torch.tensor({float(self._steps())})"] if group.form.counts else []
        which = "self.optimizer" if many == 1 else f"self.optimizers[{number}]"
        for param in group.params:
            for place in self.body.places[param]:
                kept = [f"{key!r}: {group.kept(text, self.begins[param], place)}" for key, text in group.form.keeps.items()]
                if kept or count:
                    yield f"{which}.state[model.{place.name}] = {{{', '.join([*count, *kept])}}}"


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

    @property
    def letters(self) -> list[str]:
        """What the laboratory calls what is remembered."""
        names = (one.id for text in self.form.keeps.values() for one in ast.walk(parsed(text)) if isinstance(one, ast.Name))
        return [name for name in dict.fromkeys(names) if name not in self.hyper]

    def kept(self, text: str, begin: str, place: TorchPlace) -> str:
        """Return an expression of what is remembered of a parameter, in the shape in which a layer of PyTorch holds it."""
        arrays = {name: place.take.replace("a", f"data[{f'{begin}.{name}'!r}]", 1) for name in self.letters}
        return text_of(parsed(f"({text_of(_Named({**self.hyper, **arrays}).visit(parsed(text)))}).clone()"))


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
