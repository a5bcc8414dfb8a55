"""A place that was accepted can be taken back; a proposal knows which version of the model it is for."""

from alembic import op

revision = "0009"
down_revision = "0008"

_COLUMNS = """
alter table twin.placing
    add column load_id bigint, add column withdrawn_at timestamp with time zone,
    add column withdrawn_by text, add column withdrawn_note text;
"""


def upgrade() -> None:
    op.execute(_COLUMNS)
