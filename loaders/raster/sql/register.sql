-- Put a coverage in the place of the one of the same name; the file of the old one comes back
-- to be removed after the commit.
with old as (select path from twin.coverage where name = %(name)s),
new as (
    insert into twin.coverage (name, kind, path, load_id, crs, width, height, bands, dtype, nodata,
        scale, offset_m, pixel_m, vertical_crs, extent, file_sha256)
    values (%(name)s, %(kind)s, %(path)s, %(load_id)s, %(crs)s, %(width)s, %(height)s, %(bands)s,
        %(dtype)s, %(nodata)s, %(scale)s, %(offset_m)s, %(pixel_m)s, %(vertical_crs)s,
        st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326), %(file_sha256)s)
    on conflict (name) do update set kind = excluded.kind, path = excluded.path,
        load_id = excluded.load_id, crs = excluded.crs, width = excluded.width,
        height = excluded.height, bands = excluded.bands, dtype = excluded.dtype,
        nodata = excluded.nodata, scale = excluded.scale, offset_m = excluded.offset_m,
        pixel_m = excluded.pixel_m, vertical_crs = excluded.vertical_crs,
        extent = excluded.extent, file_sha256 = excluded.file_sha256, registered_at = now()
    returning path
)
select new.path, old.path as old_path from new left join old on true
