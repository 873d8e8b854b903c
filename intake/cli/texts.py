"""The texts: catalogues kept up with them, spreadsheets for reviewers out and in."""

import argparse
import sys
from pathlib import Path

from .. import catalogues, translating
from ..locales import MESSAGES, PLANNED, STAFF, Language
from .refusals import Refusal, about, in_words


def texts_options(parser: argparse.ArgumentParser) -> None:
    """Options of `texts`."""
    about(
        parser,
        "Collect every text that is marked for translation, give every catalogue the texts of "
        "today, and write the right-to-left pseudo-language anew. Run it in a checkout after a text has changed; the "
        "tests say when it is due.",
        "",
        "--export es es.csv",
        "--import es es.csv",
        "--staff --export es es-staff.csv",
    )
    parser.add_argument("--staff", action="store_true", help="the texts that only staff read")
    parser.add_argument(
        "--export",
        nargs=2,
        metavar=("LANGUAGE", "FILE"),
        help="write a spreadsheet (CSV) with all texts of a language, for a person who checks them",
    )
    parser.add_argument(
        "--import",
        nargs=2,
        dest="take",
        metavar=("LANGUAGE", "FILE"),
        help="take the translations of such a spreadsheet into the catalogue",
    )
    parser.set_defaults(run=texts)


def texts(options: argparse.Namespace) -> int:
    """Do what was asked for and say what was done."""
    domain = STAFF if options.staff else MESSAGES
    if options.export:
        language, path = _language(options.export[0]), Path(options.export[1])
        path.write_text(translating.spreadsheet(language, domain), "utf-8", newline="")
        sys.stdout.write(f"The texts of {language.code} are in {path}.\n")
        return 0
    if options.take:
        language, path = _language(options.take[0]), Path(options.take[1])
        try:
            text = path.read_text("utf-8")
        except OSError:
            raise Refusal(f"The file {path} cannot be read.") from None
        except UnicodeDecodeError:
            raise Refusal(f"The file {path} is not in UTF-8.") from None
        with in_words(translating.SpreadsheetError):
            taken = translating.take(language, text, domain)
        translating.write(language, taken, domain)
        sys.stdout.write(f"Taken. {len(translating.missing(taken))} texts of {language.code} have no translation.\n")
        return 0
    kept = translating.bring_up_to_date()
    for domain in (MESSAGES, STAFF):
        path = catalogues.write_pseudo(domain)
        count = len(catalogues.extract(domain))
        here = sum(one.name == path.name for one in kept)
        sys.stdout.write(f"{count} texts, written to {path.name} of the pseudo-language and of {here} languages.\n")
    return 0


def _language(code: str) -> Language:
    found = next((one for one in PLANNED if one.code == code), None)
    if found is None or code == "en":
        known = ", ".join(one.code for one in PLANNED if one.code != "en")
        raise Refusal(f"LANGUAGE is one of {known}.")
    return found


COMMANDS = {"texts": texts_options}
