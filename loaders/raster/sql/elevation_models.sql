-- Elevation models, the finest first; of two equally fine ones the newest.
select path, scale, offset_m from twin.coverage
where kind = 'elevation'
order by pixel_m nulls last, registered_at desc
