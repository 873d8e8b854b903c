"""Where a request stands and what happened to it, in plain words: by the codes of a status letter."""

from collections.abc import Mapping
from typing import NamedTuple

from ..locales import N_


class Standing(NamedTuple):
    """One big calm sentence, and what the person can do meanwhile."""

    sentence: str
    meanwhile: str


_OTHER_PLACES = N_("Please ask the places on this page. Do not wait. Time limits may be running.")

STANDINGS: Mapping[str, Standing] = {
    "received": Standing(
        N_("We have your form. Nobody has read it yet."),
        N_("You do not need to do anything now. Keep going to every court date, interview and check-in."),
    ),
    "being_read": Standing(
        N_("A person is reading your form."),
        N_("If something new happens, tell us here. Keep going to every court date, interview and check-in."),
    ),
    "contacting": Standing(
        N_("We are trying to reach you."),
        N_("We use only the ways that you said are safe. If they have changed, tell us here."),
    ),
    "unable_to_reach": Standing(
        N_("We tried to reach you and could not."),
        N_("Please check your safe contact here, or send us a message. We still have your form."),
    ),
    "interview_set": Standing(
        N_("We want to talk with you. A time is set."),
        N_("Read the letters below. If you cannot come, send us a message."),
    ),
    "under_review": Standing(
        N_("Our lawyers are looking at what you told us."),
        N_("If something new happens, tell us here. Keep going to every court date, interview and check-in."),
    ),
    "accepted": Standing(
        N_("We will work with you."),
        N_("Read the letters below. They say what we do and what you need to do."),
    ),
    "limited": Standing(
        N_("We will help you with a part of your case."),
        N_("Read the letters below. They say which part, and what you need to do."),
    ),
    "placed": Standing(
        N_("We found someone else who will help you."),
        N_("Read the letters below. They say who it is."),
    ),
    "advice": Standing(
        N_("We gave you advice. We do not take your case."),
        _OTHER_PLACES,
    ),
    "referred": Standing(
        N_("Another place may help you more than we can."),
        N_("Read the letters below. Ask that place soon. Time limits may be running."),
    ),
    "declined": Standing(
        N_("We are sorry. We cannot take your case."),
        N_("This does not mean that your case is bad. Please ask the places on this page soon."),
    ),
    "withdrawn": Standing(
        N_("You took your form back. We do not work on it any more."),
        N_("If you change your mind, send us a message."),
    ),
    "closed": Standing(
        N_("We have closed your form."),
        N_("If something new happens, send us a message. Keep going to every court date."),
    ),
}

# What follows a decision that leaves the person without us: the page shows other places as well.
WITHOUT_US = frozenset({"advice", "referred", "declined", "closed", "unable_to_reach"})

EVENTS: Mapping[str, str] = {
    "received": N_("We got your form."),
    "opened": N_("Our staff opened your answers for the first time."),
    "contacting": N_("We began to try to reach you."),
    "unable_to_reach": N_("We tried to reach you and could not."),
    "interview_set": N_("A time to talk was set."),
    "under_review": N_("Our lawyers began to look at it."),
    "accepted": N_("We said that we will work with you."),
    "limited": N_("We said that we will help with a part."),
    "placed": N_("We found someone else who will help you."),
    "advice": N_("We gave you advice."),
    "referred": N_("We told you about another place."),
    "declined": N_("We said that we cannot take your case."),
    "withdrawn": N_("You took your form back."),
    "closed": N_("We closed your form."),
    "message": N_("We wrote you a letter."),
    "dates_changed": N_("You told us something new about your case or your dates."),
    "contact_changed": N_("You changed how we may reach you."),
}


def standing(code: object) -> Standing:
    """The words for a status; a code from a newer desk reads as being read."""
    return STANDINGS.get(str(code), STANDINGS["being_read"])
