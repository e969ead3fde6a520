"""Functions of expressions that ask for more of a run than names and numbers, one file each."""
