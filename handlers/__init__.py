"""What the bot does, whatever the chat."""
