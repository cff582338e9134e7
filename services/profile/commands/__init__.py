"""What may be asked of profile: about one person, and a file of many."""
