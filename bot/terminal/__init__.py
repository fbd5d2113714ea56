"""The terminal as a channel: `greenroom ask` says one sentence and prints the answer."""
