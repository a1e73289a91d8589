"""Captions: a picture in, a sentence out, and for every word where the model looked."""
