"""Kinds of plots that show many runs."""
