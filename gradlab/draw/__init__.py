"""Pure functions from numbers to lines of text with roles; none of them knows of an app, a terminal or a colour."""
