"""The recovery key on paper: printed once, typed back years later by tired people."""

import re

import pytest

from intake.publickeys import Purpose
from intake.recoverypaper import BadRecoveryText, from_recovery_text, recovery_text
from intake.sealing import PrivateKey
from intake.unsealing import generate_pair

KEY = PrivateKey(bytes(range(32)), Purpose.RECOVERY)
PAPER = recovery_text(KEY)
LINES = PAPER.split("\n")


def test_the_paper_has_four_numbered_lines_of_four_groups_without_lookalike_letters():
    assert [line[:2] for line in LINES] == ["1:", "2:", "3:", "4:"]
    for line in LINES:
        assert re.fullmatch(r"\d:(  [0-9A-HJKMNP-TV-Z]{4}){4}", line)


def test_every_printed_key_can_be_typed_back():
    for _ in range(20):
        key = generate_pair(Purpose.RECOVERY)
        back = from_recovery_text(recovery_text(key))
        assert (back.public, back.secret_seed()) == (key.public, key.secret_seed())


@pytest.mark.parametrize(
    "typed",
    [
        PAPER.lower(),
        PAPER.replace(" ", ""),
        PAPER.replace("  ", "-").replace(":-", ") "),
        "\n\n".join(line[2:] for line in LINES) + "\n\n",
        PAPER.replace("\n", "\r\n"),
        "\n".join(f"{line[:2]}{line[2:].replace('0', 'o').replace('1', 'l')}" for line in LINES),
    ],
    ids=["small letters", "no spaces", "dashes", "no numbers", "windows", "lookalikes"],
)
def test_the_way_of_typing_does_not_matter(typed: str):
    assert from_recovery_text(typed).kid == KEY.kid


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_mistyped_character_is_found_in_its_line(number: int):
    line = LINES[number - 1]
    for at in range(2, len(line)):
        if line[at] == " ":
            continue
        slip = line[:at] + ("7" if line[at] != "7" else "8") + line[at + 1 :]
        with pytest.raises(BadRecoveryText) as wrong:
            from_recovery_text("\n".join([*LINES[: number - 1], slip, *LINES[number:]]))
        assert wrong.value.line == number
        assert f"Line {number} " in str(wrong.value)


def test_two_characters_swapped_are_found():
    line = LINES[2]
    at = next(at for at in range(4, 8) if line[at] != line[at + 1] and " " not in line[at : at + 2])
    swapped = line[:at] + line[at + 1] + line[at] + line[at + 2 :]
    with pytest.raises(BadRecoveryText) as wrong:
        from_recovery_text("\n".join([*LINES[:2], swapped, LINES[3]]))
    assert wrong.value.line == 3


def test_lines_in_the_wrong_order_are_found():
    bare = [line[2:] for line in LINES]
    with pytest.raises(BadRecoveryText) as wrong:
        from_recovery_text("\n".join([bare[0], bare[2], bare[1], bare[3]]))
    assert wrong.value.line == 2


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("", None),
        ("\n".join(LINES[:3]), None),
        (PAPER + "\n" + LINES[3], None),
        ("\n".join([LINES[0][:-1], *LINES[1:]]), 1),
        ("\n".join([*LINES[:3], LINES[3] + "0"]), 4),
        ("\n".join([LINES[0], LINES[1][:-1] + "U", *LINES[2:]]), 2),
        ("\n".join([LINES[0], LINES[1][:-1] + "é", *LINES[2:]]), 2),
    ],
    ids=["nothing", "three lines", "five lines", "too short", "too long", "no such letter", "accent"],
)
def test_what_is_missing_or_foreign_is_said_and_nothing_typed_is_repeated(typed: str, line: int | None):
    with pytest.raises(BadRecoveryText) as wrong:
        from_recovery_text(typed)
    assert wrong.value.line == line
    assert not any(group in str(wrong.value) for group in PAPER.split() if len(group) == 4)
