"""Checks of building models and what they found."""

from pathlib import Path
from typing import Any

from alembic import context, op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    driver: Any = op.get_bind().connection.driver_connection
    srid = str(int(context.config.attributes["srid"]))
    for script in sorted((Path(__file__).parents[1] / "0005_model_checks").glob("*.sql")):
        driver.execute(script.read_text(encoding="utf-8").replace(":srid", srid).encode())
