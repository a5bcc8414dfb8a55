-- Centrelines of the streets a hose could follow.
select st_asbinary(r.geometry) as line, r.class
from city.road r
where {valid r}
  and st_dwithin(r.geometry, st_setsrid(st_makepoint(%(e)s, %(n)s), %(srid)s::int), %(reach_m)s)
