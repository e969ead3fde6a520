"""Scenarios: Markdown files that hold a model, a script and the prose of a lesson."""
