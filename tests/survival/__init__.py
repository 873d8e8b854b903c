"""Survival: people send while everything around them breaks; afterwards nothing that was acknowledged is missing."""
