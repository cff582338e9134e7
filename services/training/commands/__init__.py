"""What may be asked of training, by subject."""
