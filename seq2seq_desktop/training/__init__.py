"""Training: recipes, data, the loop, checkpoints, evaluation and the bundle that comes out at the end."""
