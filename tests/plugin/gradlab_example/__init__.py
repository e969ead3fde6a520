"""A package that adds one of everything to gradlab, each in a file of its own."""
