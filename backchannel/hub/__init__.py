"""The hub: tells whoever waits on a stream that it has news, and brings the news to the sockets."""
