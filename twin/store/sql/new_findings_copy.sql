copy new_findings (seq, rule, answer, severity, global_id, ifc_class, name, storey, floor_no, message,
                   expected, found, remedy, point_m)
from stdin
