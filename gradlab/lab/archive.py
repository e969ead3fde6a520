"""An archive of arrays as NumPy reads it, `.npz`: the same arrays give the same bytes, and nothing in it is a pickle."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from gradlab.op import Array


def write_npz(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays by their names. `np.savez` would take a name `file` for its own argument."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, np.asanyarray(array), allow_pickle=False)
