"""Arrays from a file of safetensors beside the scenario or below it, as PyTorch models are shared.

It reads like `npz`: the options behind the name are those of `dataset`, and equal options of one file deal out the same rows.
Numbers of the types bfloat16 and float16 are taken as they are, and computed in the dtype of the model. The package
`safetensors` reads the file: `pip install 'gradlab[safetensors]'`.

Example:
    W = param(safetensors("weights.safetensors")["fc.weight"])
    b = param(safetensors("weights.safetensors")["fc.bias"])
"""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.call import Call
from gradlab.scenario.reading.tensors import list_tensors, read_tensor
from gradlab.scenario.values import Value
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import file_of, options_of
from gradlab.scenario.words.npz import PARAMETERS, Archive


@dataclass(frozen=True, slots=True, eq=False)
class Tensors(Archive):
    """A file of safetensors whose arrays are read by name."""

    def _array(self, key: str, memory: int) -> Array:
        assert self.path is not None
        return read_tensor(self.path, self.name, key, memory)


def run(call: Call) -> Value:
    """Return the file, after a look at what it is."""
    bound = call.bind(PARAMETERS)
    try:
        path = file_of(call, bound["file"], PARAMETERS)
        list_tensors(path, bound["file"])
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    return Tensors(call, path, bound["file"], options_of(bound))


WORD = Word("safetensors", 'safetensors(file, batch=None, …)["name"]', run, __doc__, PARAMETERS)
