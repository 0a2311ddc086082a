"""Graphs as other programs keep them: one module a format, found through `registry`."""
