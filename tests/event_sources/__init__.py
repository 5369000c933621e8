"""What stands between an event and a function on AWS, simulated in virtual time: see README.md."""
