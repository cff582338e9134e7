"""What tests stand on: real servers, and a little patience."""
