"""What each face of a building's solid means, and the faces of bodies that are no solid."""

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = (
    ("surfaces", "text[]", "各面语义 / Meaning of each face of the solid"),
    ("shell", "jsonb", "展示面 / Faces for display where they are no solid"),
)


def upgrade() -> None:
    for table in ("building", "building_part"):
        for name, kind, comment in _COLUMNS:
            op.execute(f"alter table city.{table} add column {name} {kind}")
            op.execute(f"comment on column city.{table}.{name} is '{comment}'")
