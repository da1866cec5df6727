"""Composite-index mathematics, with no idea of Peru."""
