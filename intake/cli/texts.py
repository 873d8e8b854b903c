"""The texts: the pseudo-language is made anew from them, so that it shows every text that is not marked."""

import argparse
import sys

from .. import catalogues
from .refusals import about


def texts_options(parser: argparse.ArgumentParser) -> None:
    """Options of `texts`."""
    about(
        parser,
        "Collect every text of the public side that is marked for translation, and write the right-to-left "
        "pseudo-language anew. Run it in a checkout after a text has changed; the tests say when it is due.",
        "",
    )
    parser.set_defaults(run=texts)


def texts(_options: argparse.Namespace) -> int:
    """Write the catalogue and say how many texts it holds."""
    path = catalogues.write_pseudo()
    sys.stdout.write(f"{len(catalogues.extract())} texts, written to {path.name} of the pseudo-language.\n")
    return 0


COMMANDS = {"texts": texts_options}
