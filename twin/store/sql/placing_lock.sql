select id, source, decision from twin.placing where id = %(id)s for update
