"""Words of the model language that make leaves, read data, or work on what is known before the run; one file each."""
