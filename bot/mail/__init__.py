"""E-mail as a channel: it is only written to, never read."""
