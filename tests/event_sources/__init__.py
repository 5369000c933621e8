"""The services between an event and a function on AWS, simulated in virtual time: see README.md."""
