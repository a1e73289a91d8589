"""What is drawn of a model: attention maps, trees of beams, and the words they stand between."""
