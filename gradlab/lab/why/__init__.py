"""Where a number comes from: the ledger, the ways, the formula, and the numerical check."""
