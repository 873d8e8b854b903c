"""Names of other calendars and of their months, in the languages of the people who use them.

A language without names of its own reads the Latin ones, or those of its script's oldest neighbour.
"""

from collections.abc import Mapping

from intake.calendars import Calendar
from intake.locales import N_

NAMES: Mapping[Calendar, str] = {
    Calendar.SOLAR: N_("Solar Hijri (Iran, Afghanistan)"),
    Calendar.ISLAMIC: N_("Islamic (Hijri)"),
    Calendar.ETHIOPIAN: N_("Ethiopian"),
}

# The calendars that people who read a language also use, the most usual one first; each page offers the others too.
_OWN: Mapping[str, tuple[Calendar, ...]] = {
    "fa": (Calendar.SOLAR, Calendar.ISLAMIC),
    "ps": (Calendar.SOLAR, Calendar.ISLAMIC),
    "ckb": (Calendar.SOLAR, Calendar.ISLAMIC),
    "ar": (Calendar.ISLAMIC,),
    "ur": (Calendar.ISLAMIC,),
    "so": (Calendar.ISLAMIC,),
    "am": (Calendar.ETHIOPIAN,),
    "ti": (Calendar.ETHIOPIAN,),
}

_LATIN = ""
_IRAN = "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند"
_AFGHANISTAN = "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت"
_PASHTO = "وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب"
_LATIN_IRAN = "Farvardin Ordibehesht Khordad Tir Mordad Shahrivar Mehr Aban Azar Dey Bahman Esfand"
_LATIN_AFGHANISTAN = "Hamal Sawr Jawza Saratan Asad Sonbola Mizan Aqrab Qaws Jadi Dalw Hut"
_ISLAMIC = (
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
)
_LATIN_ISLAMIC = (
    "Muharram",
    "Safar",
    "Rabi I",
    "Rabi II",
    "Jumada I",
    "Jumada II",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qadah",
    "Dhu al-Hijjah",
)
_LATIN_ETHIOPIA = "Meskerem Tikimt Hidar Tahsas Tir Yekatit Megabit Miyazya Ginbot Sene Hamle Nehase Pagume"
_AMHARIC = "መስከረም ጥቅምት ኅዳር ታኅሣሥ ጥር የካቲት መጋቢት ሚያዝያ ግንቦት ሰኔ ሐምሌ ነሐሴ ጳጉሜን"
_TIGRINYA = "መስከረም ጥቅምቲ ሕዳር ታሕሳስ ጥሪ ለካቲት መጋቢት ሚያዝያ ግንቦት ሰነ ሓምለ ነሓሰ ጳጉሜን"


def _both(one: str, other: str) -> tuple[str, ...]:
    return tuple(f"{first} · {second}" for first, second in zip(one.split(), other.split(), strict=True))


_MONTHS: Mapping[Calendar, Mapping[str, tuple[str, ...]]] = {
    Calendar.SOLAR: {
        _LATIN: _both(_LATIN_IRAN, _LATIN_AFGHANISTAN),
        "fa": tuple(_IRAN.split()),
        "fa_AF": tuple(_AFGHANISTAN.split()),
        "ps": tuple(_PASHTO.split()),
        "ar": _both(_IRAN, _AFGHANISTAN),
    },
    Calendar.ISLAMIC: {_LATIN: _LATIN_ISLAMIC, "ar": _ISLAMIC},
    Calendar.ETHIOPIAN: {
        _LATIN: tuple(_LATIN_ETHIOPIA.split()),
        "am": tuple(_AMHARIC.split()),
        "ti": tuple(_TIGRINYA.split()),
    },
}
# Languages in Arabic script read Arabic names where they have none of their own; Pashto and Persian have one each.
_ARABIC_SCRIPT = frozenset({"ar", "fa", "ps", "ur", "ckb"})


def months(calendar: Calendar, code: str) -> tuple[str, ...]:
    """The months of `calendar` in the page language `code`, the first month first."""
    names = _MONTHS[calendar]
    base = code.split("_")[0]
    script = "ar" if base in _ARABIC_SCRIPT else _LATIN
    # The right-to-left pseudo-language is English.
    wanted = (_LATIN,) if code == "ar_XB" else (code, base, script, _LATIN)
    return next(names[one] for one in wanted if one in names)


def offered(code: str) -> tuple[Calendar, ...]:
    """All other calendars, those that readers of the language `code` use first."""
    own = own_of(code)
    return (*own, *(one for one in Calendar if one not in own))


def own_of(code: str) -> tuple[Calendar, ...]:
    """The other calendars that readers of the language `code` use."""
    return () if code == "ar_XB" else _OWN.get(code, _OWN.get(code.split("_")[0], ()))
