update twin.load set format = %(format)s, crs = %(crs)s where id = %(id)s
