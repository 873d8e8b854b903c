"""How long what ended is kept: the policy, what is due, removing it with two people, and what remains."""
