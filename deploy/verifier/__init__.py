"""Builds the file that an auditor runs: the offline verifier."""
