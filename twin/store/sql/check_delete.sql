delete from twin.model_check where model_id = %(id)s and file_sha256 = %(file_sha256)s
