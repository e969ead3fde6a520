"""Thin widgets: rows of text, the header, the footer, the tabs, the status line and the command line."""
