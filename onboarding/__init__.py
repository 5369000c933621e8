"""The vendor's command line: checks a file on the vendor's own machine, sends it, and shows its outcome."""
