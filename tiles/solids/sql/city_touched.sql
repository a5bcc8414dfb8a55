-- Cells whose buildings a snapshot does not show as they are now. Of each cell the log keeps the
-- newest touch for ever (057_tidy.sql), so that no snapshot is too old to ask. Touches without a cell
-- are of rows without a plan: as buildings those are not drawn, and a part touches the cells of its building;
-- or of rows too large for cells, which touch that of their middle as well, by which groups are filed.
select {snapshot}, f.cells
from (values (1)) one (row)
left join lateral (
    select array_agg(array[c.cell_e, c.cell_n]) as cells
    from (
        select distinct t.cell_e, t.cell_n
        from twin.touch t
        where t.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot)
            and not pg_visible_in_snapshot(t.xid, %(since)s::pg_snapshot)
            and t.collection = any(%(names)s) and t.cell_e is not null
    ) c
) f on true
