"""Reading by the plain driver: for commands that must start fast. Written below in full."""
