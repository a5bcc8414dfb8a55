"""`Asked`: what is asked for of one layer, and how it is put before the encoder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tiles.fit import Fit
from tiles.source import Context
from tiles.vector.composing import expressions
from tiles.vector.layers import Layer
from tiles.vector.rows.composing import types_sql
from tiles.vector.snapshot.columns import FORMS, columns_of, forms_of
from tiles.vector.snapshot.copied import Copied
from tiles.vector.snapshot.kernel.record import SENT
from tiles.vector.snapshot.kernel.sheet import place
from tiles.vector.snapshot.reading import LARGEST_M
from tiles.vector.snapshot.rows import Array, Rows
from twin.crs import WEB_MERCATOR, transformer
from twin.database.connection import Database
from twin.errors import Unprocessable


@dataclass(frozen=True, slots=True)
class Asked:
    """Attributes of a layer, as they are asked for and as they arrive.

    Attributes
    ----------
    layer : Layer
        Which.
    columns : tuple of str
        SQL of each attribute.
    names : tuple of str
        Their names.
    forms : int64 array
        How each arrives; see `kernel.value`.
    """

    layer: Layer
    columns: tuple[str, ...]
    names: tuple[str, ...]
    forms: Array

    @classmethod
    def of(
        cls, database: Database, layer: Layer, zoom: int, context: Context, binds: dict[str, object]
    ) -> Asked:
        """Ask the schema for the types of what travels at a zoom."""
        past = context.moment is not None
        columns = expressions(layer, zoom, context.access, past=past)
        with database.statement() as connection:
            sql = types_sql(layer, zoom, context.access, past=past)
            types = [column.type_code for column in connection.execute(sql.encode(), binds).description or ()]
        # what the kernels do not know comes as text, as ST_AsMVT has it
        columns = [
            one if code in FORMS else f"({one})::text" for one, code in zip(columns, types, strict=True)
        ]
        names = [c.name for c in layer.columns(zoom, context.access)] + [extra.name for extra in layer.extras]
        return cls(layer, tuple(columns), tuple(names), forms_of(types))

    def placed(self, content: bytes, ground: Fit, srid: int) -> Copied:
        """Bring the rows of a tile into EPSG:3857.

        Parameters
        ----------
        content : bytes
            Rows as `sql/rows.sql` sends them.
        ground : Fit
            The sheet the tile lies on.
        srid : int
            EPSG code of the storage CRS, for what reaches beyond the sheet.

        Raises
        ------
        Unprocessable
            A geometry is of a kind, at a place or of a size that is not drawn here.
        """
        buffer = np.frombuffer(content, np.uint8)
        columns, _, dictionary = columns_of(buffer, SENT, self.forms, None, self.layer.collection.name)
        xy, row_part, part_point = columns["xy"], columns["row_part"], columns["part_point"]
        sides_m, beyond = place(xy, row_part, part_point, ground.frame, ground.factors)
        for row in beyond.tolist():
            whole = slice(part_point[row_part[row]], part_point[row_part[row + 1]])
            xy[whole] = np.column_stack(transformer(srid, WEB_MERCATOR).transform(*xy[whole].T))
            if not (sides_m[row] <= LARGEST_M and np.isfinite(xy[whole]).all()):
                raise Unprocessable(
                    f"'{self.layer.collection.name}' {columns['ids'][row]} is too large or has no place"
                )
        rows = Rows(sides_m=sides_m, boxes=np.empty((0, 4), np.float32), **columns)
        return Copied(rows, np.empty(0, np.int64), np.empty(0, np.bool_), dictionary, self.names)
