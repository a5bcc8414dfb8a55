-- The file a name stands for now.
select path from twin.coverage where name = %(name)s
