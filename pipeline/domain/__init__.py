"""What is true without a network: files, records, rules, reports. No I/O, clock or environment."""
