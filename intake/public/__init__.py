"""The public door: anyone may enter, nothing inside can open what was sent."""
