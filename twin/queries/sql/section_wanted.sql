r.geometry is null or r.z_min_m is null or r.z_max_m is null or
abs(%(nx)s * ((st_xmin(r.geometry) + st_xmax(r.geometry)) / 2 - %(x)s)
    + %(ny)s * ((st_ymin(r.geometry) + st_ymax(r.geometry)) / 2 - %(y)s)
    + %(nz)s * ((r.z_min_m + r.z_max_m) / 2 - %(z)s))
<= abs(%(nx)s) * (st_xmax(r.geometry) - st_xmin(r.geometry)) / 2
    + abs(%(ny)s) * (st_ymax(r.geometry) - st_ymin(r.geometry)) / 2
    + abs(%(nz)s) * (r.z_max_m - r.z_min_m) / 2 + %(slack_m)s
