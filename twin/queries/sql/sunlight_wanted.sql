(r.geometry is null or r.geometry && st_geomfromwkb(%(fan)s, %(srid)s)) and (r.z_max_m is null or r.z_max_m > %(z)s)
