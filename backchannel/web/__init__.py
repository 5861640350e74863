"""The web: pages, the API and the sockets."""
