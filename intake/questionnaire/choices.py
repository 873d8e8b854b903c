"""Codes that several questions share: states, countries, languages. Codes are permanent; more may be added.

Names of countries come from CLDR where the page is made. Languages are shown in their own name, because a
person who does not read English finds their language by it.
"""

from intake.locales import N_

STATELESS = "stateless"
STATELESS_NAME = N_("Stateless")
OTHER_LANGUAGE = "other"
OTHER_PREFIX = "other:"

# USPS two-letter codes: states, the District of Columbia and the inhabited territories.
STATES: tuple[tuple[str, str], ...] = (
    ("AL", N_("Alabama")),
    ("AK", N_("Alaska")),
    ("AZ", N_("Arizona")),
    ("AR", N_("Arkansas")),
    ("CA", N_("California")),
    ("CO", N_("Colorado")),
    ("CT", N_("Connecticut")),
    ("DE", N_("Delaware")),
    ("DC", N_("District of Columbia")),
    ("FL", N_("Florida")),
    ("GA", N_("Georgia")),
    ("HI", N_("Hawaii")),
    ("ID", N_("Idaho")),
    ("IL", N_("Illinois")),
    ("IN", N_("Indiana")),
    ("IA", N_("Iowa")),
    ("KS", N_("Kansas")),
    ("KY", N_("Kentucky")),
    ("LA", N_("Louisiana")),
    ("ME", N_("Maine")),
    ("MD", N_("Maryland")),
    ("MA", N_("Massachusetts")),
    ("MI", N_("Michigan")),
    ("MN", N_("Minnesota")),
    ("MS", N_("Mississippi")),
    ("MO", N_("Missouri")),
    ("MT", N_("Montana")),
    ("NE", N_("Nebraska")),
    ("NV", N_("Nevada")),
    ("NH", N_("New Hampshire")),
    ("NJ", N_("New Jersey")),
    ("NM", N_("New Mexico")),
    ("NY", N_("New York")),
    ("NC", N_("North Carolina")),
    ("ND", N_("North Dakota")),
    ("OH", N_("Ohio")),
    ("OK", N_("Oklahoma")),
    ("OR", N_("Oregon")),
    ("PA", N_("Pennsylvania")),
    ("RI", N_("Rhode Island")),
    ("SC", N_("South Carolina")),
    ("SD", N_("South Dakota")),
    ("TN", N_("Tennessee")),
    ("TX", N_("Texas")),
    ("UT", N_("Utah")),
    ("VT", N_("Vermont")),
    ("VA", N_("Virginia")),
    ("WA", N_("Washington")),
    ("WV", N_("West Virginia")),
    ("WI", N_("Wisconsin")),
    ("WY", N_("Wyoming")),
    ("AS", N_("American Samoa")),
    ("GU", N_("Guam")),
    ("MP", N_("Northern Mariana Islands")),
    ("PR", N_("Puerto Rico")),
    ("VI", N_("US Virgin Islands")),
)

# ISO 3166-1 alpha-2 without uninhabited places (AQ, BV, GS, HM, IO, TF, UM), and XK for Kosovo as in CLDR.
_COUNTRY_LIST = """
AF AX AL DZ AS AD AO AI AG AR AM AW AU AT AZ BS BH BD BB BY BE BZ BJ BM BT BO BQ BA BW BR BN BG BF
BI CV KH CM CA KY CF TD CL CN CX CC CO KM CG CD CK CR CI HR CU CW CY CZ DK DJ DM DO EC EG SV GQ ER
EE SZ ET FK FO FJ FI FR GF PF GA GM GE DE GH GI GR GL GD GP GU GT GG GN GW GY HT VA HN HK HU IS IN
ID IR IQ IE IM IL IT JM JP JE JO KZ KE KI KP KR KW KG LA LV LB LS LR LY LI LT LU MO MG MW MY MV ML
MT MH MQ MR MU YT MX FM MD MC MN ME MS MA MZ MM NA NR NP NL NC NZ NI NE NG NU NF MK MP NO OM PK PW
PS PA PG PY PE PH PN PL PT PR QA RE RO RU RW BL SH KN LC MF PM VC WS SM ST SA SN RS SC SL SG SX SK
SI SB SO ZA SS ES LK SD SR SJ SE CH SY TW TJ TZ TH TL TG TK TO TT TN TR TM TC TV UG UA AE GB US UY
UZ VU VE VN VG VI WF EH YE ZM ZW XK
"""
COUNTRIES: tuple[str, ...] = tuple(_COUNTRY_LIST.split())

# The languages most heard in immigration court first (EOIR completions, FY2023), then others by English name.
LANGUAGES: tuple[tuple[str, str], ...] = (
    ("en", "English"),
    ("es", "Español"),
    ("pt", "Português"),
    ("ht", "Kreyòl ayisyen"),
    ("zh", "中文 · 普通话 (Mandarin)"),
    ("pa", "ਪੰਜਾਬੀ (Punjabi)"),
    ("fr", "Français"),
    ("ru", "Русский"),
    ("ar", "العربية (Arabic)"),
    ("fa", "فارسی (Farsi)"),
    ("fa_AF", "دری (Dari)"),
    ("ps", "پښتو (Pashto)"),
    ("uk", "Українська"),
    ("tr", "Türkçe"),
    ("acr", "Achi"),
    ("knj", "Akateko"),
    ("sq", "Shqip (Albanian)"),
    ("am", "አማርኛ (Amharic)"),
    ("hy", "Հայերեն (Armenian)"),
    ("agu", "Awakateko"),
    ("az", "Azərbaycan (Azerbaijani)"),
    ("bm", "Bamanankan (Bambara)"),
    ("bn", "বাংলা (Bangla)"),
    ("my", "မြန်မာ (Burmese)"),
    ("yue", "粵語 (Cantonese)"),
    ("ctu", "Ch'ol"),
    ("cak", "Kaqchikel"),
    ("caa", "Ch'orti'"),
    ("cac", "Chuj"),
    ("fuf", "Pular (Fula of Guinea)"),
    ("ff", "Pulaar · Fulfulde (Fula)"),
    ("cab", "Garífuna"),
    ("ka", "ქართული (Georgian)"),
    ("gu", "ગુજરાતી (Gujarati)"),
    ("ha", "Hausa"),
    ("hi", "हिन्दी (Hindi)"),
    ("hmn", "Hmoob (Hmong)"),
    ("ig", "Igbo"),
    ("id", "Bahasa Indonesia"),
    ("ixl", "Ixil"),
    ("jac", "Jakalteko · Popti'"),
    ("kjb", "Q'anjob'al"),
    ("kek", "Q'eqchi'"),
    ("quc", "K'iche'"),
    ("rw", "Ikinyarwanda (Kinyarwanda)"),
    ("rn", "Ikirundi (Kirundi)"),
    ("kmr", "Kurmancî (Kurdish)"),
    ("ckb", "سۆرانی (Kurdish, Sorani)"),
    ("ky", "Кыргызча (Kyrgyz)"),
    ("ln", "Lingála"),
    ("mam", "Mam"),
    ("man", "Mandinka"),
    ("mix", "Tu'un Savi (Mixteco)"),
    ("miq", "Miskitu"),
    ("mn", "Монгол (Mongolian)"),
    ("nah", "Nahuatl"),
    ("ne", "नेपाली (Nepali)"),
    ("om", "Afaan Oromoo"),
    ("poh", "Poqomchi'"),
    ("qu", "Runasimi · Kichwa (Quechua)"),
    ("ro", "Română"),
    ("rhg", "Ruáingga (Rohingya)"),
    ("si", "සිංහල (Sinhala)"),
    ("so", "Soomaali"),
    ("snk", "Sooninkanxanne (Soninke)"),
    ("sw", "Kiswahili"),
    ("tl", "Tagalog"),
    ("tg", "Тоҷикӣ (Tajik)"),
    ("ta", "தமிழ் (Tamil)"),
    ("bo", "བོད་སྐད། (Tibetan)"),
    ("ti", "ትግርኛ (Tigrinya)"),
    ("tzh", "Tseltal"),
    ("tzo", "Tsotsil"),
    ("tzj", "Tz'utujil"),
    ("ur", "اردو (Urdu)"),
    ("usp", "Uspanteko"),
    ("ug", "ئۇيغۇرچە (Uyghur)"),
    ("uz", "Oʻzbek (Uzbek)"),
    ("vi", "Tiếng Việt"),
    ("wo", "Wolof"),
    ("yo", "Yorùbá"),
    ("zap", "Diidxazá (Zapoteco)"),
    ("ase", "American Sign Language"),
)

STATE_CODES = frozenset(code for code, _ in STATES)
COUNTRY_CODES = frozenset({*COUNTRIES, STATELESS})
LANGUAGE_CODES = frozenset(code for code, _ in LANGUAGES)
