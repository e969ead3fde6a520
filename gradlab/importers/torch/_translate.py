"""From a captured pass to a program: each call by the mapping of its operator, what does not change as constants."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any

from gradlab.importers.program import Item, Kind, Leaf, OpCall, Program, Running
from gradlab.importers.torch import MAPPINGS
from gradlab.importers.torch._capture import Called, Capture, Value, carries, mapped, values_in
from gradlab.importers.torch._complex import build as in_complex
from gradlab.importers.torch._complex import in_pairs, pairs
from gradlab.importers.torch._decomposed import decomposed
from gradlab.importers.torch._maker import KnownTensor, ProgramMaker
from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch._numbers import COMPLEX, Refused, array_of, strange
from gradlab.importers.torch._opaque import opaque
from gradlab.op import Array
from gradlab.ops import OPS

LISTED = 40
"""Operators without a mapping that are listed one by one."""
DEEPEST = 8
"""How often an operator is taken to pieces, and these again."""
TOO_LARGE = 65520.0
"""The least number that float16 has no finite number for."""
LOST = object()
"""In the place of what a value became that became nothing."""


@dataclass(slots=True)
class Translated:
    """A program, and what each value of the pass became.

    capture: the pass.   items: of values.   frozen: calls that were kept as constants although a number of the batch goes
    into them.
    """

    program: Program
    capture: Capture
    items: dict[Value, Any]
    frozen: list[Called] = field(default_factory=list)


def translate(
    capture: Capture, program: Program, opaque_with: AnyMapping[Value, Array] | None = None, *, broken: bool = False
) -> Translated:  # fmt: skip
    """Fill a program with what a pass did. Raises Refused with everything that has no mapping.

    broken: of a pass that was broken off and has no loss all is there that it did, and what has no mapping as its numbers.

    opaque_with: the gradients that arrive at its values, where an operator without a mapping becomes an opaque node.
    """
    return _Translator(capture, program, opaque_with, broken).run()


class _Translator:
    def __init__(self, capture: Capture, program: Program, opaque_with: AnyMapping[Value, Array] | None, broken: bool) -> None:
        self.capture, self.program, self.grads = capture, program, opaque_with
        self.maker = ProgramMaker(program)
        self.items: dict[Value, Any] = self.maker.items
        self.missing: list[tuple[Called, str]] = []
        self.frozen: list[Called] = []
        self.lost: set[Value] = set()
        self.broken = broken
        self.depth = 0
        self.params: dict[int, Leaf] = {}
        self.wanted = _read_or_made(capture) if broken else _wanted(capture)

    def run(self) -> Translated:
        """Return the program."""
        read = self.maker.read = {value for call in self.wanted for value in values_in((call.args, call.named))}
        for value in self.capture.leaves:
            if value in read and value.kind in ("input", "target"):
                self._item(value)
        for call in self.capture.calls:
            if call in self.wanted:
                self._call(call)
        for buffer, now in self.capture.broken:
            self._end(buffer, now)
        if self.missing and not self.broken:
            raise Refused(_listed(self.missing))
        if self.broken:
            self._notes()
            return Translated(self.program, self.capture, self.items, self.frozen)
        root = self.capture.root
        if root is None or not isinstance(self.items.get(root), Item):
            raise Refused("the loss depends on no parameter and on no number of the batch")
        self.program.root = self.items[root]
        if not self.program.root.name and not isinstance(self.program.root, Leaf):
            self.program.root.name = "loss"
        self._notes()
        return Translated(self.program, self.capture, self.items, self.frozen)

    def _end(self, buffer: Value, now: Value) -> None:
        """Let a buffer that the pass has broken be a result of the program, by which it is told where that came up."""
        path, _, name = buffer.key.rpartition(".")
        item = self.items.get(now)
        if isinstance(item, OpCall):
            self.maker.scope, self.maker.place = self._scope(path or "."), item.place
            self.maker.call("stop_gradient", item, name=f"{name}_next")

    def _call(self, call: Called) -> None:
        """Write one call, keep what it gave, or note that it cannot be had."""
        inputs = list(values_in((call.args, call.named)))
        if any(value in self.lost for value in inputs):
            self.lost |= {value for value in call.outputs if value is not None}
            return
        odd = {strange(value.tensor) for value in (*inputs, *call.outputs) if value is not None} - {""}
        if odd - {COMPLEX}:
            self._miss(call, f"{min(odd - {COMPLEX})} are not imported")
            return
        mapping = find(call.name)
        kept = mapping.kept if mapping is not None else None
        if kept is not None or not any(self._lives(value) for value in inputs):
            self._keep(call, kept or "")
            return
        needs = any(value is not None and value.needs for value in call.outputs)
        self.maker.scope, self.maker.place = self._scope(call.scope), call.line
        self.maker.called = in_pairs(call) if odd else call
        arguments = self._arguments(call)
        before = self.maker.last
        try:
            if odd:
                given = in_complex(self.maker, call, arguments)
            elif mapping is None:
                raise Unmapped(f"`{call.name}` has no mapping")
            else:
                given = mapping.build(self.maker, **arguments)
        except Unmapped as error:
            self.maker.undo(before)
            if odd:
                self._miss(call, str(error))
            elif not (needs and self._in_pieces(call)):
                self._without(call, needs, str(error))
            return
        self._give(call, given if isinstance(given, tuple | list) else (given,))

    def _in_pieces(self, call: Called) -> bool:
        """Write a call as the operators that it is made of; return whether that can be had."""
        found = decomposed(call) if self.depth < DEEPEST else None
        if found is None:
            return False
        pieces, given = found
        before, missed, frozen, lost = self.maker.last, len(self.missing), len(self.frozen), set(self.lost)
        self.depth += 1
        for piece in pieces:
            self._call(piece)
        self.depth -= 1
        self.maker.called = call
        items = [None if value is None else self.items.get(value, LOST) for value in given]
        for piece in pieces:
            for value in piece.outputs:
                self.items.pop(value, None)  # type: ignore[arg-type]
        if len(self.missing) > missed or LOST in items:
            del self.missing[missed:], self.frozen[frozen:]
            self.lost = lost
            self.maker.undo(before)
            return False
        self._give(call, items)
        return True

    def _without(self, call: Called, needs: bool, why: str) -> None:
        """Keep what a call gave that has no mapping, or note that it cannot be had."""
        if not needs or self.broken:
            self.frozen.append(call)
            self._keep(call, "kept as it is in this batch")
            return
        if self.grads is None:
            self._miss(call, why)
            return
        try:
            for one in values_in((call.args, call.named)):
                self._item(one)
            self._give(call, opaque(self.maker, call, self.items, self.grads))
        except (Unmapped, RuntimeError) as error:
            self._miss(call, str(error))

    def _miss(self, call: Called, why: str) -> None:
        self.missing.append((call, why))
        self.lost |= {value for value in call.outputs if value is not None}

    def _give(self, call: Called, given: Any) -> None:
        for value, item in zip(call.outputs, given, strict=False):
            if value is None or item is None:
                continue
            stops = isinstance(item, Item) and not value.needs and any(one.needs for one in values_in((call.args, call.named)))
            if stops and carries(value.tensor) and getattr(item, "op", "") != "stop_gradient":
                item = self.maker.call("stop_gradient", item)
            if call.custom and any(self.items.get(one) is item for one in values_in((call.args, call.named))):
                # it changes no number, and its backward is the person's own: it has a node, at which gradients may part
                item = self.maker.call("reshape", item, shape=self.maker.shape_of(item), name=call.name.strip("_"))
            self.items[value] = self._written(value, self._within_half(call, value, item))

    def _within_half(self, call: Called, value: Value, item: Any) -> Any:
        """Return an item with the infinities that a type of half a word has for what is too large for it."""
        inputs = [one.numbers for one in values_in((call.args, call.named))]
        if str(value.tensor.dtype) != "torch.float16" or not isinstance(item, Item) or not bool(value.numbers.isinf().any()):
            return item
        if not all(bool(one.isfinite().all()) for one in inputs):
            return item
        small = self.maker.call("less", self.maker.call("abs", item), TOO_LARGE)
        return self.maker.call("custom", self.maker.call("div", item, small, name="too_large_for_float16"), item)

    def _written(self, value: Value, item: Any) -> Any:
        """Return what a value became: of a parameter that was written where PyTorch does not look, with the gradient to it."""
        leaf = self.params.get(id(value.tensor))
        if leaf is None or item is leaf:
            return item
        moved = self.maker.call("stop_gradient", self.maker.call("sub", self.maker.item(item), leaf))
        return self.maker.call("add", leaf, moved)

    def _keep(self, call: Called, remark: str) -> None:
        for value in call.outputs:
            if value is not None:
                boolean = str(value.tensor.dtype) == "torch.bool"
                name = "drawn" if remark.startswith("random") else "constant"
                found = KnownTensor(array_of(pairs(value.numbers)), remark=remark, name=name, boolean=boolean)
                self.items[value] = self._written(value, found)

    def _arguments(self, call: Called) -> dict[str, Any]:
        """Return the arguments of a call by the names of its operator's schema, tensors as items."""
        schema = getattr(call.operator, "_schema", None)
        if schema is None:
            return {"args": mapped(call.args, self._item)}
        given = dict(zip((one.name for one in schema.arguments), call.args, strict=False)) | call.named
        names = [one.name for one in schema.arguments if one.name in given or one.has_default_value()]
        found = {one.name: given.get(one.name, one.default_value) for one in schema.arguments if one.name in names}
        items = {("x" if name == "self" else name): mapped(value, self._item) for name, value in found.items()}
        self.maker.given = {self.items[one]: one for one in values_in(found) if isinstance(self.items[one], Item)}
        return items

    def _lives(self, value: Value) -> bool:
        """Whether a value depends on a parameter or on a number of the batch."""
        return value.kind in ("parameter", "input", "target") or isinstance(self.items.get(value), Item)

    def _item(self, one: Any) -> Any:
        if not isinstance(one, Value):
            return one
        if one not in self.items:
            self.items[one] = self._leaf(one)
        return self.items[one]

    def _leaf(self, value: Value) -> Any:
        array = array_of(pairs(value.numbers))
        if value.kind in ("buffer", "constant", ""):
            key = value.key if value.kind == "buffer" else ""
            return KnownTensor(array, key, boolean=str(value.tensor.dtype) == "torch.bool")
        kind: Kind = "parameter" if value.kind == "parameter" else "target" if value.kind == "target" else "input"
        path, _, name = value.key.rpartition(".")
        scope = self._scope(path or ".") if kind == "parameter" else ""
        leaf = Leaf(kind=kind, array=array, key=value.key, name=name, scope=scope)
        self.maker.shapes[leaf] = array.shape
        if kind == "parameter" and value.needs:
            self.params[id(value.tensor)] = leaf
        self.program.add(leaf)
        return leaf

    def _scope(self, path: str) -> str:
        if not path:
            return ""
        return self.program.prefix if path == "." else f"{self.program.prefix}.{path}"

    def _notes(self) -> None:
        """Say what a reader has to know."""
        notes = self.program.notes
        for call in self.frozen[:LISTED]:
            notes.append(f"`{call.name}` at {call.place or 'an unknown line'} is kept as it was in this batch")
        known = {value for call in self.capture.calls if call in self.wanted for value in values_in((call.args, call.named))}
        followed = {item.key for item in self.program.items if isinstance(item, Running)}
        for buffer, _ in self.capture.moved:
            if buffer.key not in followed and not buffer.key.endswith("num_batches_tracked"):
                read = "" if buffer in known else ", and does not read it"
                notes.append(f"the forward pass writes the buffer `{buffer.key}`{read}: here it stays as it was")
        for call in self.capture.calls:
            if call.name == "_local_scalar_dense":
                notes.append(f"a number was taken out of a tensor at {call.place}: what depends on it is as in this batch")
        notes[:] = dict.fromkeys(notes)


def _wanted(capture: Capture) -> set[Called]:
    """Return the calls that the loss depends on, and buffers that the pass has broken."""
    found: set[Called] = set()
    waiting = [new for _, new in capture.broken] + ([capture.root] if capture.root is not None else [])
    while waiting:
        call = waiting.pop().producer
        if call is not None and call not in found:
            found.add(call)
            waiting += values_in((call.args, call.named))
    return found


def _read_or_made(capture: Capture) -> set[Called]:
    """Return all calls but those that only let go of a tensor for a backward pass."""
    read = {value for call in capture.calls for value in values_in((call.args, call.named))}
    return {call for call in capture.calls if call.name != "detach" or read.intersection(filter(None, call.outputs))}


def find(name: str) -> Mapping | None:
    """Return the mapping of an operator; one that writes in place is that of the one that does not."""
    found = MAPPINGS.find(name) or _namesake(name)
    if found is None and name.endswith("_") and not name.startswith("__"):
        found = find(name.rstrip("_"))
    return found


def _namesake(name: str) -> Mapping | None:
    """Return the mapping of an operator that has the name of an op of ours of one operand, element by element."""
    op = OPS.get(name)
    if op is None or op.kind != "elementwise" or len(op.inputs) != 1 or op.attrs or op.update_only:
        return None
    return Mapping(name, lambda m, x, **_: m.call(name, x))


def _listed(missing: list[tuple[Called, str]]) -> str:
    lines = [f"{len(missing)} calls cannot be imported:"] if len(missing) > 1 else ["1 call cannot be imported:"]
    for call, why in missing[:LISTED]:
        where = " ".join(
            part for part in (str(call.place or ""), f"in `{call.scope}`" if call.scope not in ("", ".") else "") if part
        )
        lines.append(f"  {call.name}{f'  {where}' if where else ''}: {why}")
    if len(missing) > LISTED:
        lines.append(f"  and {len(missing) - LISTED} more")
    return "\n".join(lines)


__all__ = ["Refused", "Translated", "find", "translate"]
