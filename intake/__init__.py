"""Press releases with a call to action, an intake form behind it, and the desk that answers."""
