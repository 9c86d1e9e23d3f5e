"""The state of a world: derived, kept, asked and proved."""
