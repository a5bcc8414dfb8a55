-- The folder a name stands for now.
select path from twin.point_cloud where name = %(name)s
