"""The panels of the laboratory as sentences, for whoever hears them or reads them line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import TYPE_CHECKING

from gradlab.axis.position import State
from gradlab.draw.number import PENDING, number
from gradlab.draw.position import words
from gradlab.draw.states import grad_text, value_text
from gradlab.draw.table import element_text
from gradlab.lab.hidden import HIDDEN, is_unseen

if TYPE_CHECKING:
    from gradlab.lab.snapshot import NodeInfo, Snapshot
    from gradlab.session import Lab
    from gradlab.tui.moment import Look

Sentences = Callable[["Lab", "Look"], Iterator[str]]
WIDTH = 80
MOST_NAMES = 12
"""Names that one sentence lists."""
PHASES = (("f", "forward"), ("b", "backward"), ("u", "update"))


def graph(lab: Lab, look: Look) -> Iterator[str]:
    """Yield what the graph is made of, and what stands around the chosen node."""
    counts = zip(PHASES, look.snapshot.counts, strict=True)
    ops = ", ".join(f"{count:,} {name} ops" for (_, name), count in counts if count)
    yield f"{len(lab.nodes):,} nodes: {ops}"
    if look.focus >= 0:
        node = lab.nodes[look.focus]
        read = [lab.nodes[index].name for index in dict.fromkeys(node.inputs)]
        readers = [one.name for one in lab.nodes if node.index in one.inputs]
        yield f"{node.name}, {node.title}: reads {_listed(read)}; read by {_listed(readers)}"
    following = look.snapshot.following
    yield f"next op: {lab.nodes[following].name}" if following >= 0 else "this phase is at its end"


def node(lab: Lab, look: Look) -> Iterator[str]:
    """Yield the numbers of the chosen node with their states, and its formula."""
    if look.focus < 0:
        yield "no node is chosen"
        return
    found = lab.nodes[look.focus]
    yield f"{found.name}, {found.title}, {_shape(found)}: {_numbers(lab, look.snapshot, found)}"
    yield from lab.formula(found.index, look.element)


def _numbers(lab: Lab, snapshot: Snapshot, found: NodeInfo) -> str:
    """Return the value and the gradient of a node in words; the RMS of a tensor."""
    if not prod(found.shape):
        return "empty: there are no numbers in it"
    brief = lab.brief([found.index])[0]
    rms = "" if prod(found.shape) == 1 else "rms "
    value, grad = State(snapshot.value_states[found.index]), State(snapshot.grad_states[found.index])
    told = f"value {rms}{_number(brief.value, value)}, {value_text(value)}"
    if found.phase == "u":
        return told
    return f"{told}; gradient {rms}{_number(brief.grad, grad)}, {grad_text(grad, brief.partial)}"


def _number(amount: float, state: State) -> str:
    if state == State.PENDING:
        return PENDING
    return HIDDEN if is_unseen(amount) else number(amount)


def _shape(found: NodeInfo) -> str:
    return " x ".join(map(str, found.shape)) or "scalar"


def why(lab: Lab, look: Look) -> Iterator[str]:
    """Yield the ledger of the chosen number."""
    if look.focus < 0:
        yield "no node is chosen"
        return
    table = lab.ledger(look.focus, look.element).table()
    yield table.title
    for through, upstream, local, part, share in table.rows:
        made = f"{upstream} × {local} = {part}" if upstream else part
        yield f"through {through.strip()}: {made}{share and ', ' + share}"
    yield table.foot


def lesson(lab: Lab, look: Look) -> Iterator[str]:
    """Yield the open question, or the last page and what comes next."""
    from gradlab.draw.ink import dump
    from gradlab.draw.prose import prose

    if lab.question is not None:
        yield from lab.question_card or (lab.question_text,)
        return
    place = lab.ahead()
    done = f"{lab.cursor_line} of {len(lab.script)} lines are done"
    if place is None:
        yield f"{done}; the script has ended"
    else:
        yield f"{done}; next: {'a page' if place[0] == 'page' else lab.script[place[1]].text}"
    if lab.turned and (text := lab.page_text(lab.turned - 1)):
        yield from (line for line in dump(prose(text, WIDTH)).splitlines() if line)


def health(lab: Lab, look: Look) -> Iterator[str]:
    """Yield a sentence for each layer; what is not known yet is left out, and what changed the signal, which is too long."""
    table = lab.stats().table()
    for name, *figures, _ in table.rows:
        known = [
            f"{title} {text}" for title, text in zip(table.columns[1:-1], figures, strict=True) if text not in ("", PENDING)
        ]
        yield f"{name}: {', '.join(known) or 'nothing is computed yet'}"
    if not table.rows:
        yield "the model has no layers"


def plots(lab: Lab, look: Look) -> Iterator[str]:
    """Yield how the loss and other curves went."""
    curves = look.snapshot.curves or (("loss", look.snapshot.losses),)
    for name, pairs in curves:
        if pairs:
            (first, begin), (last, end) = pairs[0], pairs[-1]
            least_at, least = min(pairs, key=lambda pair: pair[1])
            yield (
                f"{name}: {number(begin)} at update {first:,}, {number(end)} at update {last:,}; "
                f"least {number(least)} at update {least_at:,}"
            )
    if not any(pairs for _, pairs in curves):
        yield "no curve has a point yet"


def findings(lab: Lab, look: Look) -> Iterator[str]:
    """Yield what is wrong with the numbers as they are."""
    found = lab.findings()
    yield from (f"finding: {one.text}" for one in found)
    if not found:
        yield "no number is NaN or infinite"


def time(lab: Lab, look: Look) -> Iterator[str]:
    """Yield the position, and marks, breakpoints and watches."""
    snapshot = look.snapshot
    yield words(snapshot.position, snapshot.counts)
    yield from (f"mark {name}: {position}" for name, position in snapshot.marks)
    yield from (f"breakpoint {count}: {text}" for count, text in snapshot.breakpoints)
    yield from (f"watch {count}: {expression} = {told}" for count, expression, told in snapshot.watches)


def compare(lab: Lab, look: Look) -> Iterator[str]:
    """Yield what the last comparison found."""
    from gradlab.draw.comparison import comparison_lines

    found = lab.compared
    if found is None:
        yield "nothing is compared: `compare with init=he for 100 updates`"
    else:
        yield from comparison_lines(found, found.names)


PANELS: Mapping[str, tuple[str, Sentences]] = {
    "1": ("graph", graph), "2": ("node", node), "3": ("why", why), "4": ("lesson", lesson), "5": ("health", health),
    "6": ("plots", plots), "7": ("findings", findings), "8": ("time", time), "9": ("compare", compare),
}  # fmt: skip
"""The panels by their digits, with their names; `0`, what was said, is told by whoever has heard it."""


def chosen_text(nodes: tuple[NodeInfo, ...], focus: int, element: int) -> str:
    """Return the name of what is chosen: `w1`, `w[0,3]`; "" for nothing."""
    if not 0 <= focus < len(nodes):
        return ""
    found = nodes[focus]
    return f"{found.name}[{element_text(found.shape, element)}]" if prod(found.shape) > 1 else found.name


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - MOST_NAMES:,} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more if names else "nothing"
