"""Shorter than in real life, so that a test takes seconds; the same order of sizes."""

GRACE, TAKEOVER = 3.0, 3.0
