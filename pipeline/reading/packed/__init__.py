"""Files that come packed: one CSV file in a gzip or zip archive, unpacked while it is read."""
