delete from twin.model_group
where model_id = %(model_id)s and global_id <> all (%(kept)s::text[])
