"""Scores of outputs, thin layers over kept libraries; without torch."""
