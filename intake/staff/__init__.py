"""The staff door: signed in with a second factor, or nothing."""
