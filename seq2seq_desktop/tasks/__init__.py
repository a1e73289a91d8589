"""What the program does for people: one folder a task."""
