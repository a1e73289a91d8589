"""Weights that others have trained, read into our models: one file a family."""
