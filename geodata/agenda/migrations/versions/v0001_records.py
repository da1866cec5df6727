"""The first tables: Mesas, sessions, trabas with their evidence, commitments, contacts, users and the log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "contacts",
        sa.Column("entity", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("entity", "person"),
    )
    op.create_table(
        "log",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_id", sa.String(length=420), nullable=False),
        sa.Column("traba_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("entry_id"),
    )
    op.create_index("ix_log_object", "log", ["kind", "object_id"], unique=False)
    op.create_index("ix_log_traba_id", "log", ["traba_id"], unique=False)
    op.create_table(
        "mesas",
        sa.Column("mesa_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("territory", sa.String(length=6), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("theme", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("mesa_id"),
        sa.UniqueConstraint("form_key"),
    )
    op.create_table(
        "users",
        sa.Column("identity", sa.String(length=320), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("identity"),
    )
    op.create_table(
        "sessions",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("mesa_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("agenda_text", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["mesa_id"],
            ["mesas.mesa_id"],
        ),
        sa.PrimaryKeyConstraint("session_id"),
        sa.UniqueConstraint("form_key"),
    )
    op.create_index("ix_sessions_mesa_id", "sessions", ["mesa_id"], unique=False)
    op.create_table(
        "attendances",
        sa.Column("attendance_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
        ),
        sa.PrimaryKeyConstraint("attendance_id"),
    )
    op.create_index("ix_attendances_session_id", "attendances", ["session_id"], unique=False)
    op.create_table(
        "trabas",
        sa.Column("traba_id", sa.Integer(), nullable=False),
        sa.Column("mesa_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("good", sa.Text(), nullable=False),
        sa.Column("ubigeos", sa.JSON(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("producers_count", sa.Float(), nullable=True),
        sa.Column("area_ha", sa.Float(), nullable=True),
        sa.Column("value_pen", sa.Float(), nullable=True),
        sa.Column("figures_reason", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("next_step", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("support_entities", sa.JSON(), nullable=False),
        sa.Column("cui", sa.JSON(), nullable=False),
        sa.Column("cost_low_pen", sa.Float(), nullable=True),
        sa.Column("cost_high_pen", sa.Float(), nullable=True),
        sa.Column("cost_basis", sa.Text(), nullable=False),
        sa.Column("feasibility", sa.Integer(), nullable=True),
        sa.Column("entered_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("original_due", sa.Date(), nullable=True),
        sa.Column("reprogrammings_count", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.Column("duplicate_of", sa.Integer(), nullable=True),
        sa.Column("escalation_level", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("resolved_by", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.Text(), nullable=False),
        sa.Column("last_activity_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["duplicate_of"],
            ["trabas.traba_id"],
        ),
        sa.ForeignKeyConstraint(
            ["mesa_id"],
            ["mesas.mesa_id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
        ),
        sa.PrimaryKeyConstraint("traba_id"),
        sa.UniqueConstraint("form_key"),
    )
    op.create_index("ix_trabas_mesa_id", "trabas", ["mesa_id"], unique=False)
    op.create_table(
        "commitments",
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("traba_id", sa.Integer(), nullable=False),
        sa.Column("mesa_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("original_due", sa.Date(), nullable=False),
        sa.Column("reprogrammings_count", sa.Integer(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("withdrawn_reason", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["mesa_id"],
            ["mesas.mesa_id"],
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["sessions.session_id"],
        ),
        sa.ForeignKeyConstraint(
            ["traba_id"],
            ["trabas.traba_id"],
        ),
        sa.PrimaryKeyConstraint("commitment_id"),
        sa.UniqueConstraint("form_key"),
    )
    op.create_index("ix_commitments_mesa_id", "commitments", ["mesa_id"], unique=False)
    op.create_index("ix_commitments_traba_id", "commitments", ["traba_id"], unique=False)
    op.create_table(
        "gap_links",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("traba_id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.String(length=120), nullable=False),
        sa.Column("ubigeo", sa.String(length=6), nullable=False),
        sa.Column("standard", sa.String(length=120), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("producers_count", sa.Float(), nullable=True),
        sa.Column("area_ha", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(
            ["traba_id"],
            ["trabas.traba_id"],
        ),
        sa.PrimaryKeyConstraint("link_id"),
        sa.UniqueConstraint("traba_id", "release_id", "ubigeo", "standard", name="uq_gap_links_once"),
    )
    op.create_index("ix_gap_links_gap", "gap_links", ["ubigeo", "standard"], unique=False)
