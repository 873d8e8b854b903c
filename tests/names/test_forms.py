"""Names have forms that script, spelling, order and one slip do not change; other names do not share them all."""

import pytest

from intake import names

ONE_NAME = (
    ("Mohammed", "Muhammad"),
    ("Mohamad", "محمّد"),
    ("Mehmet", "Mohammed"),
    ("Yusuf", "Youssef"),
    ("Yosef", "يُوسُف"),
    ("Hussein", "Husayn"),
    ("Hossein", "حسین"),
    ("Abdul Rahman", "Abdulrahman"),
    ("Abdelrahman", "عبد الرحمن"),
    ("Abdurrahman", "عبدالرحمن"),
    ("Haile", "Hayle"),
    ("ኃይለ", "Haile"),
    ("Tesfay", "Tesfai"),
    ("ተስፋይ", "Tesfaye"),
    ("Oleksandr", "Aleksandr"),
    ("Олександр", "Alexander"),
    ("Сергій", "Sergei"),
    ("Ximénez", "Jimenez"),
    ("Giménez", "Jiménez"),
    ("Hernández", "Ernandes"),
    ("Nouredine", "نور الدين"),
    ("Nur al-Din", "Nooruddin"),
    ("Habib Ullah", "حبیب‌الله"),
    ("Ayşe", "AYSE"),
    ("IŞIK", "işik"),
    ("Nguyễn", "nguyen"),
    ("Gebre Medhin", "Gebremedhin"),
    ("قاسم", "Ghasem"),
    ("Dawood", "Daoud"),
)


@pytest.mark.parametrize(("one", "other"), ONE_NAME)
def test_spellings_of_one_name_share_what_is_exact_or_heard(one, other):
    shared = names.forms(one).keys() & names.forms(other).keys()
    assert {form.split(":")[0] for form in shared} & {"word", "fold", "sound"}


@pytest.mark.parametrize("slip", ["Alemayheu", "Alemayeh", "Alemayyehu", "Alemaychu", "Alemqyehu", "lemayehu"])
def test_one_slip_of_the_finger_leaves_a_form_in_common(slip):
    shared = names.forms("Alemayehu").keys() & names.forms(slip).keys()
    assert [form for form in shared if form.startswith(("slip:", "sound:", "fold:"))]


def test_the_order_of_words_does_not_matter_and_a_pair_needs_both():
    def pairs(name):
        return {form for form in names.forms(name) if form.startswith("pair:")}

    assert pairs("Mohammed Ahmed") & pairs("Ahmad bin Muhammad")
    assert not pairs("Mohammed Ahmed") & pairs("Mohammed Rahimi")
    assert pairs("Mohammed") == set()


def test_particles_count_lightly():
    assert names.forms("al") == {"word:al": names.WEIGHTS["light"]}
    heavy = names.forms("Hassan")
    assert {form: weight for form, weight in names.forms("Hassan bin Al").items() if form in heavy} == heavy


def test_other_names_share_nothing_that_is_exact():
    for one, other in (("Mohammed", "Mahmoud"), ("Fatima", "Farida"), ("José", "Jorge"), ("王伟", "王芳")):
        shared = names.forms(one).keys() & names.forms(other).keys()
        assert not [form for form in shared if form.startswith(("word:", "fold:"))]


def test_a_script_without_sounds_is_found_by_its_exact_words():
    assert names.forms("王 伟")["word:王"] == names.WEIGHTS["word"]
    assert "word:ਸਿੰਘ" in names.forms("ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ")


def test_direction_signs_marks_and_tatweel_change_nothing():
    plain = names.forms("محمد علی")
    for typed in (
        "\u202eمحمد\u202c علی",
        "مـحـمـد علي",
        "مُحَمَّد عَلي",
        "محمد\u200fعلی".replace("\u200f", "\u200f "),
        "محمد ، علی",
    ):
        assert names.forms(typed) == plain


@pytest.mark.parametrize("typed", ["", " ", "\u202e\u200b", "\x00", "'''", "12 34", "\ud800", "—", "🙂", "\u0301"])
def test_what_is_no_name_gives_little_and_raises_nothing(typed):
    assert len(names.forms(typed)) < 20


@pytest.mark.parametrize("letter", ["a", "g", "x", "جج", "ኘ", "щ", "Ɀ", "न"])
def test_a_huge_name_is_bounded(letter):
    assert len(names.forms(letter * 100_000)) < 400
    assert len(names.forms(f"{letter * 30} " * 10_000)) < 1_000
