-- Outlines for a picture, storage CRS: as proposed, as stated, and the buildings around both.
with chosen as (
    select footprint, stated_footprint from twin.placing where id = %(id)s
), frame as (
    -- a place stated kilometres away would leave nothing to be seen of the proposed one
    select case
        when stated_footprint is not null and st_distance(footprint, stated_footprint) < 400
            then st_expand(st_envelope(st_collect(footprint, stated_footprint)), 25)
        else st_expand(st_envelope(footprint), 60)
    end as box
    from chosen
)
select 'frame' as kind, st_asbinary(box) as shape from frame
union all
select 'building', st_asbinary(b.geometry) from city.building b, frame
where b.geometry && frame.box and b.valid_to is null and b.superseded_at is null
    and b.visibility = any(%(circles)s::text[])
union all
select 'stated', st_asbinary(stated_footprint) from chosen where stated_footprint is not null
union all
select 'proposed', st_asbinary(footprint) from chosen
