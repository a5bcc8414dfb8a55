"""The first schema: one .sql a table in the folder of the same name, in the order they need each other."""

from pathlib import Path
from typing import Any

from alembic import context, op

revision = "0001"
down_revision = None


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    srid = str(int(context.config.attributes["srid"]))
    for script in sorted((Path(__file__).parents[1] / "0001_city").glob("*.sql")):
        driver.execute(script.read_text(encoding="utf-8").replace(":srid", srid).encode())
