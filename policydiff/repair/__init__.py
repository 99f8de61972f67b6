"""Undo damage: edits that carry every offset back to the source."""
