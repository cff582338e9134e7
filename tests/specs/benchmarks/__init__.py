"""The benches' own rules, without a server."""
