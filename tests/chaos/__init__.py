"""Two services whose processes are killed, paused and cut off while they work."""
