-- What a model holds: how many of each class on each storey. Storeys without an object are told too.
with counted as (
    select o.storey_id, o.floor_no, o.collection, o.ifc_class, o.kind, count(*) as count
    from ({objects}) o
    group by 1, 2, 3, 4, 5
), storeys as (
    select s.feature_id as storey_id, s.floor_no, s.label, s.name, s.elev_m
    from city.storey s
    where {valid s} and s.visibility = any(%(circles)s::text[])
        and (s.building_id = %(building)s or s.feature_id in (select storey_id from counted))
)
select s.storey_id, coalesce(s.floor_no, c.floor_no) as floor_no, s.label, s.name, s.elev_m,
    c.collection, c.ifc_class, c.kind, coalesce(c.count, 0) as count
from storeys s
full join counted c on c.storey_id = s.storey_id
order by s.elev_m desc nulls last, coalesce(s.floor_no, c.floor_no) desc nulls last, s.storey_id,
    c.count desc, c.ifc_class, c.kind
