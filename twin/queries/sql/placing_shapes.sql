-- Outlines for a picture, storage CRS: as proposed, as stated, and the buildings and roads around both.
-- Buildings that models brought along are not the city's: the model would seem to stand on one.
with chosen as (
    select footprint, stated_footprint from twin.placing where id = %(id)s
), around as (
    -- a place stated kilometres away would leave nothing to be seen of the proposed one
    select case
        when stated_footprint is not null and st_distance(footprint, stated_footprint) < 400
            then st_expand(st_envelope(st_collect(footprint, stated_footprint)), 25)
        else st_expand(st_envelope(footprint), 60)
    end as box
    from chosen
), frame as (
    -- the picture is at least as wide as it is tall, and shows what is there
    select st_expand(box, greatest(0, (st_ymax(box) - st_ymin(box) - st_xmax(box) + st_xmin(box)) / 2), 0) as box
    from around
)
select 'frame' as kind, st_asbinary(box) as shape from frame
union all
select 'road', st_asbinary(st_intersection(r.geometry, frame.box)) from city.road r, frame
where r.geometry && frame.box and r.valid_to is null and r.superseded_at is null
    and r.visibility = any(%(circles)s::text[])
union all
select 'building', st_asbinary(b.geometry) from frame, city.building b
join city.feature f on f.id = b.feature_id
where b.geometry && frame.box and b.valid_to is null and b.superseded_at is null
    and b.visibility = any(%(circles)s::text[])
    and f.source not in (select source from twin.model)
union all
select 'stated', st_asbinary(stated_footprint) from chosen where stated_footprint is not null
union all
select 'proposed', st_asbinary(footprint) from chosen
