"""What the text at the top of a file says about the words that the file declares.

A page begins with what the word is, in a sentence. A file that declares several words has, further down, a line for each:

    word      what it is

Four lines mean something to a program, too: `Arguments:`, with a line for each below it; `Source:`, up to the next empty line;
`Example:`, with a line of the model language behind it or, indented below it, several, which run as they stand; and, before
the source, the names that the word has in other libraries, with what is written here instead where that is not the word with
its arguments. What an argument can be stands in front of the colon; the tests call every word at the ends of its ranges, and
beyond them. What means the same in several words stands in `COMMON`; what the inputs of an operation are is known.

    Arguments:
        low    number, from 0: the lowest value
        mode   "mean", "sum": of all elements; None: each by itself

    Known as: clamp; clip_by_value; relu6: clip(x, 0, 6).

Arguments that mean the same everywhere stand in `COMMON` alone.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from gradlab.arguments import REQUIRED

_ARGUMENTS = re.compile(r"^Arguments:\n((?:    [^\n]*\n?)+)", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+(?:, \w+)*) {2,}(\S[^\n]*(?:\n {6,}\S[^\n]*)*)", re.MULTILINE)
_EXAMPLE = re.compile(r"^Example:(?P<inline>[^\n]*)\n?(?P<block>(?: +[^\n]*(?:\n|$))*)", re.MULTILINE)
_SOURCE = re.compile(r"^Source: (.+?)(?=\n\n|\nExample:|\Z)", re.MULTILINE | re.DOTALL)
COMMON = """\
Arguments:
    x                    a node
    axis                 whole: the axis along which it is taken, from 0, or from -1 back
    axes                 whole, from 1: how many of the last axes are taken together
    keepdims             True or False: whether an axis that is taken together stays, with the size 1
    descending           True or False: whether the greatest comes first
    ddof                 whole, from 0: what is taken off the number of elements; 1: the variance is unbiased
    reduction            "mean", "sum", "none": of all samples or terms, or one number for each of them
    sample_weights       a node, or numbers from 0: how much each sample or term counts; None: all alike
    label_smoothing      number, from 0 to 1: the part of the target that is spread over all classes
    temperature          number, above 0: what the logits are divided by
    ignore_index         whole: the class number of samples that do not count; None: all count
    strength             number: what the sum is multiplied by
    init                 an initializer, such as `he` or `normal(0.01)`: how the parameters begin
    init_last            an initializer: how the last matrix of the branch begins; None: as `init` says
    bias                 True, False, or an initializer: whether there is a bias, and how it begins; True: at 0
    W, b, gamma, beta    a node to use as the parameter; None: a new one
    affine               True or False: whether there are gamma and beta
    act                  an op of one input, such as `relu`: bends what the units give
    units                whole, from 1: numbers that it gives for a sample
    channels             whole, from 1: channels that it gives
    sizes                whole, from 1, or a list of them: units of each layer, one after the other
    depth                whole, from 1 to 1000: affine ops in the branch
    layers               whole, from 1 to 1000: layers on one another
    truncate             whole, from 1: steps that a gradient goes back; None: all
    h                    a node, with several layers a list of them: the state before the first step; None: zeros
    reset_after          True or False: whether the reset gate acts behind the weights
    forget               number: what the bias of the forget gate begins with
    mask                 a node of 1 and 0: where a query may look at a key; None: everywhere
    causal               True or False: whether a query at place i sees the keys up to i alone
    p                    number, from 0, below 1: the probability that something is dropped
    inverted             True or False: whether what is kept is scaled in training; else all is in use
    kernel_size          whole, from 1, or one for each axis: the size of the window
    stride               whole, from 1, or one for each axis: how far the window moves
    padding              whole, from 0, or one for each axis: the border of zeros around x
    dilation             whole, from 1, or one for each axis: places from one element of the window to the next
    groups               whole, from 1: channels are parted in so many groups, each by itself
    ceil_mode            True or False: whether a last window that reaches over the border counts
    count_include_pad    True or False: whether the border counts in the mean
    output_padding       whole, from 0, or one for each axis: added at the end, less than the stride or the dilation
    output_size          whole, from 1, or a pair: height and width of z
    eps                  number, from 0: keeps a division from 0
    lr                   number or schedule: the length of a step
    beta1                number, from 0 to 1: the share of the mean of gradients that stays in an update
    beta2                number, from 0 to 1: the share of the mean of squared gradients that stays in an update
    rho                  number, from 0 to 1: the share of the means that stays in an update
    mu                   number, from 0 to 1: the share of the velocity that stays in an update
    c1                   number, from 0 to 1: the part of the expected decline that a step has to reach
    c2                   number, from 0 to 1: the part of the slope that may be left behind a step
    start                number: the first value
    low                  number: the lowest value
    updates              number, from 1: updates from the first value to the last
    factor               number, from 0: what the value is multiplied by
    value                a number, or lists of numbers; None: there is a shape instead
    std                  number, from 0: the standard deviation
    mean                 number: the mean
    gain                 number: what the spread is multiplied by
    shape                whole, from 0, or a tuple of them: the sizes
    n                    whole, from 1 to 100000: rows
    features             whole, from 1 to 1000: numbers in a sample
    noise                number, from 0: the standard deviation of what is added by chance
    image                True or False: whether a row is an image (1, height, width), not flat
    file                 text: a file beside the scenario or below it
    split                "train", "validation", "test": which rows; None: all
    batch                whole, from 1: rows in one update; None: all
    shuffle              True or False: whether each epoch has an order of its own
    test                 number, from 0, below 1, or whole: a share or a number of rows that are put aside
    validation           number, from 0, below 1, or whole: the same for choosing between models
    folds                whole, from 2, with a split: parts, of which one is the test; None: `test` says it
    fold                 whole, from 0, with `folds`: which of them is the test
    scale                None, a number, "center", "standard", "unit", "pca", "whiten", "zca": how x is prepared
    components           whole, from 1, with "pca", "whiten" or "zca": principal axes that are kept; None: all
    augment              text, such as "flip, shift(1)": changes of training rows in every update; None: none
"""
"""What arguments are that mean the same in every word; a word that means something else says so itself."""
_KNOWN_AS = re.compile(r"^Known as: (.+?)\.?(?=\n\n|\nSource:|\nExample:|\Z)", re.MULTILINE | re.DOTALL)
_END = re.compile(r"\.(?= [A-Z`]|$)")


class Documented(Protocol):
    """What everything that a registry of words holds can say about itself.

    usage: how it is written, with its arguments and their defaults.   doc: the text of its page.
    parameters: names and defaults of its arguments, `REQUIRED` where there is none.
    """

    @property
    def name(self) -> str:
        """The word."""
        ...

    @property
    def usage(self) -> str:
        """How it is written."""
        ...

    @property
    def doc(self) -> str:
        """The text of its page."""
        ...

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its arguments."""
        ...


def usage(name: str, parameters: Mapping[str, Any], *before: str) -> str:
    """Return how something is called: `sgd(lr=0.01)`. before: what stands in front of the parameters."""
    return f"{name}({', '.join((*before, *arguments(parameters)))})"


def arguments(parameters: Mapping[str, Any]) -> list[str]:
    """Return each argument as it is written: its name, and its default if it has one."""
    return [name if default is REQUIRED else f"{name}={written(default)}" for name, default in parameters.items()]


def written(value: Any) -> str:
    """Return a default as a model would write it: "mean", 1e-05, None, he."""
    if isinstance(value, str):
        return f'"{value}"'
    return f"{value:.6g}" if isinstance(value, float) and len(repr(value)) > 8 else str(value)


def sentence(doc: str, name: str) -> str:
    """Return what a word is, in one line: its own line of the page, or the first sentence, without the full stop."""
    own = re.search(rf"^ +{re.escape(name)} {{2,}}(.+)$", without_arguments(doc), re.MULTILINE)
    if own is not None:
        return re.sub(r" {2,}", ",  ", own[1].strip()).rstrip(".")
    first = " ".join(doc.partition("\n\n")[0].split())
    return _END.split(first, maxsplit=1)[0]


def argument_texts(doc: str) -> dict[str, str]:
    """Return what a page says of each argument; where it says it twice, what stands first."""
    blocks = "".join(found[1] for found in _ARGUMENTS.finditer(doc))
    texts: dict[str, str] = {}
    for found in _ARGUMENT.finditer(blocks):
        for name in found[1].split(", "):
            texts.setdefault(name, " ".join(found[2].split()))
    return texts


@cache
def _common() -> dict[str, str]:
    return argument_texts(COMMON)


def common(name: str) -> str:
    """Return what an argument can be and what it does where its word does not say it; "" where nobody does."""
    return _common().get(name, "")


def source(doc: str) -> str:
    """Return where a page says that its word is from, or ""."""
    found = _SOURCE.search(doc)
    return " ".join(found[1].split()) if found else ""


def formulas(doc: str) -> tuple[str, tuple[str, ...]]:
    """Return the formula of a page, behind the word forward, and its derivatives, behind backward, with two spaces between."""
    formula, derivatives = "", []
    for line in doc.splitlines():
        word, _, rest = line.strip().partition(" ")
        text = rest.strip().split("   ")[0].strip()  # three spaces or more away stand shapes
        if word == "forward":
            formula = text
        elif word == "backward":
            derivatives += [part.strip() for part in text.split(",  ")]
    return formula, tuple(derivatives)


def known_as(doc: str) -> dict[str, str]:
    """Return the names that a word has in other libraries, each with what is written here instead, or ""."""
    found = _KNOWN_AS.search(doc)
    listed = " ".join(found[1].split()).split("; ") if found else ()
    return {name: form for name, _, form in (one.partition(": ") for one in listed)}


def examples(doc: str) -> tuple[str, ...]:
    """Return the examples of a page, each a piece of a model."""
    return tuple(found["inline"].strip() or textwrap.dedent(found["block"]).strip() for found in _EXAMPLE.finditer(doc))


def without_arguments(doc: str) -> str:
    """Return a page without its arguments."""
    return re.sub(r"\n{3,}", "\n\n", _ARGUMENTS.sub("", doc)).strip()


def body(doc: str) -> str:
    """Return a page without its arguments, its source and its examples."""
    return re.sub(r"\n{3,}", "\n\n", _EXAMPLE.sub("", _SOURCE.sub("", _ARGUMENTS.sub("", doc)))).strip()
