-- Put a point cloud in the place of the one of the same name; the folder of the old one comes back
-- to be removed after the commit.
with old as (select path from twin.point_cloud where name = %(name)s),
new as (
    insert into twin.point_cloud (name, path, load_id, crs, vertical_crs, points, classes, coloured,
        low_m, high_m, extent, file_sha256)
    values (%(name)s, %(path)s, %(load_id)s, %(crs)s, %(vertical_crs)s, %(points)s, %(classes)s::jsonb,
        %(coloured)s, %(low_m)s, %(high_m)s,
        st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), %(file_sha256)s)
    on conflict (name) do update set path = excluded.path, load_id = excluded.load_id,
        crs = excluded.crs, vertical_crs = excluded.vertical_crs, points = excluded.points,
        classes = excluded.classes, coloured = excluded.coloured, low_m = excluded.low_m,
        high_m = excluded.high_m, extent = excluded.extent, file_sha256 = excluded.file_sha256,
        registered_at = now()
    returning path
)
select new.path, old.path as old_path from new left join old on true
