"""Cells of the touch log of 250 m instead of 1 km: each that was touched becomes sixteen."""

from alembic import op

revision = "0008"
down_revision = "0007"

_FINER = """
with old as (
    delete from twin.touch where cell_e is not null returning collection, cell_e, cell_n, xid
), newest as (
    select distinct on (collection, cell_e, cell_n) * from old order by collection, cell_e, cell_n, xid desc
)
insert into twin.touch (collection, cell_e, cell_n, xid)
select collection, 4 * cell_e + e, 4 * cell_n + n, xid
from newest, generate_series(0, 3) e, generate_series(0, 3) n;
"""


def upgrade() -> None:
    op.execute(_FINER)
