"""Words of the lab language whose work is diagnosis, one file each."""
