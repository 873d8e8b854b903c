"""The yardstick: the same step as a usual Flask-WTF page, with WTForms widgets, Jinja and the token."""

import sys

from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from waitress import serve
from wtforms import RadioField

from intake import questionnaire

PAGE = """<!doctype html><html lang="en"><head><title>{{ step.title }}</title></head><body>
<main><h1>{{ step.title }}</h1>
<p>{{ step.why }}</p><form method="post">{{ form.hidden_tag() }}{% for field in form if field.name != "csrf_token" %}
<fieldset><legend>{{ field.label.text }}</legend>{% for one in field %}<p>{{ one }} {{ one.label }}</p>{% endfor %}
</fieldset>{% endfor %}<button>Continue</button></form></main></body></html>"""


def create_app() -> Flask:
    """One page with one form, as a tutorial would write it."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "a yardstick needs no secret"
    step = questionnaire.current().step("lawyer")
    fields = {
        question.key: RadioField(question.label, choices=[(one.code, one.label) for one in question.choices])
        for question in step.questions
    }
    form = type("LawyerForm", (FlaskForm,), fields)

    @app.route("/", methods=["GET", "POST"])
    def page() -> str:
        return render_template_string(PAGE, form=form(), step=step)

    return app


if __name__ == "__main__":
    serve(create_app(), host="127.0.0.1", port=int(sys.argv[1]), threads=4, ident=None)
