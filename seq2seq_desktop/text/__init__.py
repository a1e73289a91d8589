"""Text before and after a model: normalised, cut into sentences and pieces, protected."""
