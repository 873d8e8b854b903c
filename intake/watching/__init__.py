"""Watching an installation: what is seen of it, what is wrong at present, who hears of it, and figures for graphs."""
