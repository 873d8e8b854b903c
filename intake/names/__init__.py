"""Forms of a name that do not depend on script, spelling, word order or one slip of the finger. Pure.

`forms("محمد رحیمی")` and `forms("Mohamad Rahimi")` share forms, and so do names that differ in one letter. A form
is a text such as `sound:mhmt`; its weight says how much it tells when two names share it. Forms are for keyed
tokens in memory and are never stored: they give the name away.
"""

from .parts import VERSION, WEIGHTS, Part, forms, parts

__all__ = ["VERSION", "WEIGHTS", "Part", "forms", "parts"]
