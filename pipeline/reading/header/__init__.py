"""The head of a file: its delimiter, where its header is, and which column each name means."""
