update twin.model
set building_id = %(building_id)s, placement = %(placement)s, georeference = %(georeference)s,
    matrix = %(matrix)s, shapes_at = now(),
    footprint = st_multi(st_setsrid(st_geomfromwkb(%(footprint)s::bytea), %(srid)s)),
    footprint_quality = %(footprint_quality)s, hides_lod1 = %(hides_lod1)s
where id = %(id)s
