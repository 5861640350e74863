"""The tests, in the shape of the tree they test; python -m tests runs every check."""
