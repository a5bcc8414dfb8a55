delete from twin.model_check where model_id = %(id)s
