"""A world with neutral words: what a source says, and what a listener makes of it."""
