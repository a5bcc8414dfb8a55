select c.*,
       (select coalesce(json_agg(json_build_object(
               'rule', f.rule, 'answer', f.answer, 'severity', f.severity, 'global_id', f.global_id,
               'ifc_class', f.ifc_class, 'name', f.name, 'storey', f.storey, 'floor_no', f.floor_no,
               'message', f.message, 'expected', f.expected, 'found', f.found, 'remedy', f.remedy,
               'point_m', f.point_m) order by f.seq), '[]')
        from twin.model_finding f where f.model_id = c.model_id and f.file_sha256 = c.file_sha256) as findings
from twin.model_check c
where c.model_id = %(model)s
order by c.checked_at desc
limit 1
