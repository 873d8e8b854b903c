"""The life of the organisation's keys: made new, everything sealed anew to them, older ones retired and destroyed."""
