"""Backups: one sealed file with the database and what belongs to it; reading, proving and restoring it."""
