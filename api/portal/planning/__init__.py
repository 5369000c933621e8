"""The page of a plan: what a dry run would change, the largest change first, and the button that applies it."""
