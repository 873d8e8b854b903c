"""The yardstick: the same steps as usual Flask-WTF pages, with WTForms widgets, Jinja and the token."""

import sys

from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from waitress import serve
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from intake import questionnaire
from intake.questionnaire import Kind, Question, choices

PAGE = """<!doctype html><html lang="en"><head><title>{{ step.title }}</title></head><body>
<main><h1>{{ step.title }}</h1>{% for line in step.lead %}<p>{{ line }}</p>{% endfor %}
<p>{{ step.why }}</p><form method="post">{{ form.hidden_tag() }}{% for field in form if field.name != "csrf_token" %}
<div>{{ field.label }} {{ field() }}</div>{% endfor %}<button>Continue</button></form></main></body></html>"""


def field_for(question: Question) -> Field:
    """The field that a tutorial would take for this question."""
    offered = [(one.code, one.label) for one in question.choices]
    match question.kind:
        case Kind.CHOICE:
            return RadioField(question.label, choices=offered)
        case Kind.CHOICES:
            return SelectMultipleField(
                question.label,
                choices=offered,
                widget=ListWidget(prefix_label=False),
                option_widget=CheckboxInput(),
            )
        case Kind.STATE:
            return SelectField(question.label, choices=choices.STATES)
        case Kind.COUNTRY | Kind.COUNTRIES:
            return SelectField(question.label, choices=[(code, code) for code in choices.COUNTRIES])
        case Kind.NUMBER:
            return IntegerField(question.label)
        case Kind.CONSENT:
            return BooleanField(question.label)
        case _:
            return StringField(question.label)


def create_app() -> Flask:
    """One page for each step, as a tutorial would write it."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "a yardstick needs no secret"
    q = questionnaire.current()
    forms = {
        step.key: type("StepForm", (FlaskForm,), {one.key: field_for(one) for one in step.questions})
        for step in q.steps
    }

    @app.route("/<key>", methods=["GET", "POST"])
    def page(key: str) -> str:
        return render_template_string(PAGE, form=forms[key](), step=q.step(key))

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    return app


if __name__ == "__main__":
    serve(create_app(), host="127.0.0.1", port=int(sys.argv[1]), threads=4, ident=None)
