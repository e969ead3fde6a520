"""Operands of the ops that need some of their own, one file each."""
