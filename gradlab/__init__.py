"""gradlab: a debugger for gradients that lives in a terminal."""

__version__ = "0.1.0"
