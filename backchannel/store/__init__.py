"""The store: one log, and everything that must survive."""
