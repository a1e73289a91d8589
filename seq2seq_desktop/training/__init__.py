"""Training: recipes, data, loop, checkpoints."""
