"""Results as plain data and text."""
