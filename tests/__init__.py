"""The tests; this file must exist, or tests/handlers could shadow handlers."""
