"""The whole studio in one command: broker, server and workers as children of one process."""
