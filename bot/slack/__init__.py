"""The Slack channel: events in over HTTP or Socket Mode, answers out through the Web API."""
