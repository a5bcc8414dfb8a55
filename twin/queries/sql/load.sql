select l.*,
       (select coalesce(json_object_agg(code, n), '{}')
        from (select code, count(*) as n from twin.rejection where load_id = l.id group by code) c) as rejected_by_code,
       (select coalesce(json_agg(json_build_object('code', code, 'source_key', source_key, 'message', message)
                                 order by seq), '[]')
        from (select * from twin.rejection where load_id = l.id order by seq limit %(listed)s) r) as rejections
from twin.load l
where l.id = %(load)s
