"""Whatever is sent to a step is read or refused in a clear sentence, and never comes back inside it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from intake import questionnaire
from intake.questionnaire import Step, fits
from intake.questionnaire.forms import read
from intake.questionnaire.reading import field_names

V1 = questionnaire.get(1)
TODAY = date(2026, 11, 23)

HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "=1+1",
        "{{ 7*7 }}",
        "%s%n",
        "../../etc/passwd",
        "\0",
        "\ud800",
        "\u202e",
        "9" * 5000,
        "A" * 5000,
        "+" * 100,
        "@" * 300,
        "a@" + "b." * 300,
        "Z̸̡̢" * 50,
        "yes",
        "unsure",
        "other",
        "12",
        "2024",
        "-1",
        "1e9",
        "NaN",
        "٣",
        "፩",
        "🏳️‍🌈",
    ]
)
TEXTS = HOSTILE | st.text(max_size=40)


BEFORE = st.dictionaries(st.sampled_from(["claims", "stage", "a_number"]), TEXTS | st.lists(TEXTS, max_size=2))


@st.composite
def sent_steps(draw: st.DrawFn) -> tuple[Step, MultiDict[str, str]]:
    step = draw(st.sampled_from(V1.steps))
    names = [name for question in step.questions for name in field_names(question)]
    codes = sorted({code for question in step.questions for code in question.codes}) or ["yes"]
    values = st.lists(TEXTS | st.sampled_from(codes), max_size=3)
    return step, MultiDict(draw(st.dictionaries(st.sampled_from(names) | st.text(max_size=5), values, max_size=12)))


@given(
    sent_steps(),
    BEFORE,
)
def test_nothing_that_is_sent_breaks_a_form(sent: tuple[Step, MultiDict[str, str]], before: dict[str, object]) -> None:
    step, fields = sent
    reading = read(step, fields, before, today=TODAY)
    for key, value in reading.answers.items():
        assert fits(V1.question(key), value)
        assert key not in reading.errors
    for text in reading.typed.values():
        "".join(text).encode()
    for sentence in reading.errors.values():
        assert sentence.endswith(".")
        assert not any(len(text) > 12 and text in sentence for values in fields.listvalues() for text in values)
