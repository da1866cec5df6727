"""Contracts of the layers, by theme."""
