"""Conditions on a run, breakpoints, and searching the time axis for where one is met, forth and back."""
