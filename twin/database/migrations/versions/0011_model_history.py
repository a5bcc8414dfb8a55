"""A model keeps what its earlier files said of it as a whole, and the check of each of them.

What a model was called and how its tree stood before this migration is not known any more: only from
the next load on it is kept. Of checks the newest was kept; it becomes that of its file.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

_PAST = """
create table twin.model_past (
    model_id bigint not null references twin.model (id) on delete cascade,
    load_id bigint not null,
    name text,
    schema text not null,
    placement text not null,
    approximate boolean not null,
    tree jsonb,
    primary key (model_id, load_id)
)
"""
_CHECKS = """
alter table twin.model_finding add column file_sha256 text;
update twin.model_finding f set file_sha256 = c.file_sha256
from twin.model_check c where c.model_id = f.model_id;
alter table twin.model_finding
    drop constraint model_finding_model_id_fkey, drop constraint model_finding_pkey,
    alter column file_sha256 set not null;
alter table twin.model_check drop constraint model_check_pkey, add primary key (model_id, file_sha256);
alter table twin.model_finding
    add primary key (model_id, file_sha256, seq),
    add foreign key (model_id, file_sha256)
        references twin.model_check (model_id, file_sha256) on delete cascade
"""


def upgrade() -> None:
    op.execute(_PAST)
    for statement in _CHECKS.split(";\n"):
        op.execute(statement)
