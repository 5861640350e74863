"""Media, and the guarded client for whatever is fetched from outside."""
