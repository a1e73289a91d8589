"""Seq2Seq Desktop: see, steer and train sequence-to-sequence models on your own computer."""

__version__ = "0.1.0"
