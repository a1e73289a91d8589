"""Models behind one protocol (`nn.state`): torch and nothing else of ours but errors."""
