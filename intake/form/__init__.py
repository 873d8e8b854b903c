"""Asking the questions, whichever door asks: fields, lists, words, and what was typed on the way into a draft."""
