"""Guards of the database itself: the log only grows, and the first date of a promise stays."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_LOG = "la bitacora solo crece"
_DATE = "la fecha original no se cambia"
_DATED = ("trabas", "commitments")

# `<>` of two dates is null when one is missing: a first date may be set, not changed nor taken away
_CHANGED = "OLD.original_due IS NOT NULL AND (NEW.original_due IS NULL OR NEW.original_due <> OLD.original_due)"


def upgrade() -> None:
    """Add the guards."""
    statements = _postgres() if op.get_bind().dialect.name == "postgresql" else _sqlite()
    for statement in statements:
        op.execute(statement)


def _sqlite() -> list[str]:
    refusals = [
        f"CREATE TRIGGER log_no_{verb.lower()} BEFORE {verb} ON log BEGIN SELECT RAISE(ABORT, '{_LOG}'); END"
        for verb in ("UPDATE", "DELETE")
    ]
    # INSERT OR REPLACE would delete the old row without waking the trigger above
    refusals.append(
        "CREATE TRIGGER log_no_replace BEFORE INSERT ON log "
        "WHEN EXISTS (SELECT 1 FROM log WHERE entry_id = NEW.entry_id) "
        f"BEGIN SELECT RAISE(ABORT, '{_LOG}'); END"
    )
    refusals += [
        f"CREATE TRIGGER {table}_original_due BEFORE UPDATE ON {table} WHEN {_CHANGED} "
        f"BEGIN SELECT RAISE(ABORT, '{_DATE}'); END"
        for table in _DATED
    ]
    return refusals


def _postgres() -> list[str]:
    statements = [
        _refusing("log_refuse", _LOG),
        _refusing("original_due_refuse", _DATE),
        "CREATE TRIGGER log_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON log "
        "FOR EACH STATEMENT EXECUTE FUNCTION log_refuse()",
    ]
    statements += [
        f"CREATE TRIGGER {table}_original_due BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({_CHANGED}) EXECUTE FUNCTION original_due_refuse()"
        for table in _DATED
    ]
    return statements


def _refusing(function: str, message: str) -> str:
    body = f"BEGIN RAISE EXCEPTION '{message}'; END"
    return f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$"
