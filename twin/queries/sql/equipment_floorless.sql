-- Equipment of a building of which nobody says on which floor it is.
select count(*) from city.equipment e
where e.building_id = %(building)s and e.floor_no is null
  and {valid e} and e.visibility = any(%(circles)s::text[])
  and (%(kind)s::text is null or e.kind = %(kind)s)
