"""The pages that a browser sees outside the chat."""
