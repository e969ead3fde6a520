"""The one time axis: positions, the journal of what a person did, and the run that is folded from them."""
