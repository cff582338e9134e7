"""What may be asked of assessment: about people, posts and services, and a file of many."""
