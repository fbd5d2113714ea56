"""What the bot does, whatever the chat: one file per conversation."""
