"""Templates: every one compiles in the environment of its own door, and none holds code of its own."""

import re
from pathlib import Path

import pytest
from jinja2 import nodes
from jinja2.ext import babel_extract

FOLDER = Path(__file__).resolve().parents[2] / "templates"
ALL = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file())
PUBLIC = [name for name in ALL if name.startswith(("public/", "shared/"))]
STAFF = [name for name in ALL if name.startswith("staff/")]


@pytest.fixture(scope="module", params=["sqlite"])
def database_url(tmp_path_factory) -> str:
    """Compiling a template asks no database: one kind is enough."""
    return f"sqlite:///{tmp_path_factory.mktemp('templates') / 'intake.db'}"


def test_each_template_belongs_to_a_door():
    assert sorted(PUBLIC + STAFF) == ALL and PUBLIC and STAFF


def test_every_public_template_compiles_and_leads_to_templates_of_its_own_door(public_app):
    _compile(public_app.jinja_env, PUBLIC)


def test_every_staff_template_compiles_and_leads_to_templates_that_are_there(staff_app):
    _compile(staff_app.jinja_env, STAFF)


def _compile(env, names: list[str]) -> None:
    for name in names:
        source, _path, _fresh = env.loader.get_source(env, name)
        env.compile(source, name)
        for node in env.parse(source).find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
            for wanted in _fixed_names(node.template):
                assert env.get_template(wanted), f"{name} leads to {wanted}"


def _fixed_names(node: nodes.Expr) -> list[str]:
    """The templates that an expression names outright; a list of them may end in one that always fits."""
    if isinstance(node, nodes.Const):
        return [node.value]
    if isinstance(node, nodes.List):
        return [one.value for one in node.items if isinstance(one, nodes.Const)]
    return []


def test_the_public_door_cannot_even_find_a_staff_template(public_app):
    assert not [name for name in public_app.jinja_env.list_templates() if name.startswith("staff/")]


@pytest.mark.parametrize("name", ALL)
def test_no_template_holds_a_script_or_a_style(name):
    source = (FOLDER / name).read_text("utf-8")
    assert not re.search(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:", source, re.IGNORECASE)
    for tag in re.findall(r"<script\b[^>]*>[^<]*", source, re.IGNORECASE):
        assert re.search(r"\bsrc=", tag) and tag.endswith(">"), "an inline script"


@pytest.mark.parametrize("name", ALL)
def test_every_marked_text_can_be_found_by_the_translators_tools(name):
    """`_()` around a text is found; a variable inside it must be a marked text from data, never a joined one."""
    with (FOLDER / name).open("rb") as file:
        found = list(babel_extract(file, ["_", "gettext", "ngettext"], [], {"trimmed": "true"}))
    source = (FOLDER / name).read_text("utf-8")
    fixed = len(re.findall(r"\b(?:_|ngettext)\(\s*[\"']", source))
    # A variable is found as None: it holds a text that is marked where the data is.
    texts = [one for one in found if (one[2][0] if isinstance(one[2], tuple) else one[2])]
    assert len(texts) == fixed, "a marked text is hidden from the tools"
    assert not re.search(r"\b_\([^)]*[~]", source), "a text is joined before it is translated"


@pytest.mark.parametrize("name", ALL)
def test_no_text_stands_in_a_page_untranslated(name):
    source = (FOLDER / name).read_text("utf-8")
    source = re.sub(r"\{% block shape %\}.*?\{% endblock %\}", "", source)
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|&[a-z]+;", " ", source, flags=re.DOTALL)
    if name.endswith(".xml"):
        bare = re.sub(r"<\?.*?\?>|urn:uuid:", " ", bare)
    words = re.findall(r"[A-Za-z]{3,}", bare)
    assert not words, f"not marked for translation: {words[:5]}"
