"""Casework: admitting submissions, the queue, and what caseworkers do with a case."""
