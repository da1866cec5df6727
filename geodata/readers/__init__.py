"""Readers: bytes to a raw frame, with every code kept as text."""
