"""Shut-offs and assembly points become GeoJSON points in CRS84, as every position of an answer.

They were kept as their source wrote them: two numbers, mostly east and north in the storage CRS. All versions
are rewritten in place and no version begins: what is known has not changed, only how it is written.
"""

from alembic import context, op

revision = "0012"
down_revision = "0011"

_PLACES = ("shutoff_gas", "shutoff_power", "assembly_point")
_AS_POINT = """
update city.fire_profile set {column} = jsonb_build_object('type', 'Point', 'coordinates', (
    select jsonb_build_array(round(st_x(p)::numeric, 7), round(st_y(p)::numeric, 7))
    from st_makepoint(({column} ->> 0)::float8, ({column} ->> 1)::float8) given,
        st_transform(st_setsrid(
            given, case when abs(st_x(given)) > 180 or abs(st_y(given)) > 90 then {srid} else 4326 end
        ), 4326) p))
where jsonb_typeof({column}) = 'array'
    and jsonb_typeof({column} -> 0) = 'number' and jsonb_typeof({column} -> 1) = 'number'
"""


def upgrade() -> None:
    srid = context.config.attributes["srid"]
    op.execute("alter table city.fire_profile disable trigger user")
    for column in _PLACES:
        op.execute(_AS_POINT.format(column=column, srid=srid))
    op.execute("alter table city.fire_profile enable trigger user")
