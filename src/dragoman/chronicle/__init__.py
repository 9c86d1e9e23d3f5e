"""The chronicle: acts and registers in plain text, read, checked and written."""
