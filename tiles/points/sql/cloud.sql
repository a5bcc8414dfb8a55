-- The point cloud a name stands for now; the path names its content.
select name, path, points, coloured from twin.point_cloud where name = %(name)s
