"""Functions of expressions that read what a sweep has measured."""
