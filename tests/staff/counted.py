"""How many questions a page asks the database."""

from contextlib import contextmanager

from sqlalchemy import event


@contextmanager
def statements(engine):
    """The statements that read, as they are executed meanwhile."""
    said = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)
