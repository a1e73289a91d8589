"""One folder a tab of the window."""
