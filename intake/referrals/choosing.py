"""Which places one person is shown, and in which order. Pure: plain values in, a list out."""

from collections.abc import Collection, Iterable, Mapping

from .model import AUDIENCES, Referral

SHOWN = 6
_UNSAFE = frozenset({"SAFETY", "trafficking", "family_violence"})
# Kinds that help anyone a little, for people for whom nothing else fits.
_GENERAL = ("low_cost", "legal", "hotline", "government")


def serves(codes: Iterable[str], answers: Mapping[str, object]) -> frozenset[str]:
    """What `choose` needs to know of a person: assessment codes, claims, and why someone would hurt them."""
    told = (answers.get(key) for key in ("claims", "why_hurt"))
    return frozenset({*codes, *(code for one in told if isinstance(one, list) for code in one)})


def choose(
    places: Iterable[Referral], codes: Collection[str], state: str | None, *, language: str = ""
) -> list[Referral]:
    """At most six of `places` for a person with these codes (see `serves`), the best fit first.

    Hotlines come first when safety asks for it. A place for one state is shown only to people in that state, one
    for certain people only to them, and both come before general ones. A place where nobody speaks `language`
    comes last, but the best one of them is always in the list. When nothing fits, it is places that help
    anyone: the list is empty only when there is none of those either.
    """
    everything = list(places)
    fitting = [place for place in everything if _fits(place, codes, state)] or _general(everything)
    ordered = sorted(fitting, key=lambda place: _order(place, codes, language))
    shown, rest = ordered[:SHOWN], ordered[SHOWN:]
    left_out = [place for place in rest if _is_special(place) and _is_foreign(place, language)]
    if left_out and not any(_is_foreign(place, language) for place in shown):
        shown[-1] = left_out[0]
    return shown


def of_kind(places: Iterable[Referral], *kinds: str, language: str = "") -> list[Referral]:
    """All of `places` of these kinds, in the order of `kinds`, those in the person's language first within each."""
    wanted = [place for place in places if place.kind in kinds]
    return sorted(
        wanted,
        key=lambda place: (kinds.index(place.kind), _is_foreign(place, language), place.rank, place.key),
    )


def _fits(place: Referral, codes: Collection[str], state: str | None) -> bool:
    if place.states and state not in place.states:
        return False
    return not (place.codes or place.audience) or bool(_meant_for(place) & set(codes))


def _meant_for(place: Referral) -> set[str]:
    known = (AUDIENCES[one] for one in place.audience if one in AUDIENCES)
    return set(place.codes).union(*known)


def _general(places: Iterable[Referral]) -> list[Referral]:
    """Places that help anyone, whatever they answered; of those for some people only the ones with a list."""
    anywhere = [place for place in places if not place.states and place.kind in _GENERAL]
    return [place for place in anywhere if not (place.codes or place.audience)] or [
        place for place in anywhere if place.kind in {"low_cost", "legal"}
    ]


def _order(place: Referral, codes: Collection[str], language: str) -> tuple[bool, bool, int, bool, int, str]:
    on_top = place.kind == "hotline" and not _UNSAFE.isdisjoint(codes)
    fit = bool(place.states) + bool(place.codes or place.audience)
    speaks = bool(language) and language in place.languages
    return (not on_top, _is_foreign(place, language), -fit, not speaks, place.rank, place.key)


def _is_special(place: Referral) -> bool:
    return bool(place.states or place.codes or place.audience)


def _is_foreign(place: Referral, language: str) -> bool:
    return bool(language and place.languages) and language not in place.languages
