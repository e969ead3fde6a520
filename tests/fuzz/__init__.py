"""Inputs made by the grammars of models, scripts, expressions and data files; see `python -m tests.fuzz --help`."""
