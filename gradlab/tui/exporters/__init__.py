"""What is written with the screen, without a terminal: casts and pictures."""
