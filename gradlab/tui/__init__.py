"""The laboratory on a screen: it sends actions and draws the snapshot that comes back."""
