insert into twin.model_check (model_id, file_name, file_sha256, checked_at, answer, rules, about)
values (%(id)s, %(file_name)s, %(file_sha256)s, %(checked_at)s, %(answer)s, %(rules)s, %(about)s)
