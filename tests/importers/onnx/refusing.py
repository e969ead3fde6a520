"""Models that are refused, and what is said of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.errors import GradlabError
from gradlab.importers import ImportWish
from gradlab.importers.onnx._importing import imported
from gradlab.importers.onnx._reading import read_bytes

X = {"x": np.ones((2, 3), np.float32)}


def refused(made: Any, data: dict[str, Any] | None = None, folder: Path | None = None) -> str:
    """Return why a model is refused."""
    with pytest.raises(GradlabError) as error:
        imported(read_bytes(made.SerializeToString(), folder), ImportWish(X if data is None else data))
    assert not str(error.value).startswith("error:"), "that is said by who prints it"
    return str(error.value)
