"""What happened in a laboratory, kept in a file, read again and done again. The form of the file is in `form`."""
