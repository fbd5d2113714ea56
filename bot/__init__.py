"""The running program: web server and chat platforms."""
