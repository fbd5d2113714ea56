"""The web chat: a channel of its own, which the demo uses."""
