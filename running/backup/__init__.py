"""Backups: one archive with the database, the media files and a manifest; encrypted, kept for a while, and read back.

Knows no feature: what is left out, and what must be equal after a restore, is told by who calls.
"""
