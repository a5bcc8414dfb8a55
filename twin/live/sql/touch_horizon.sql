-- Written by the compaction of the touch log; absent until it ran for the first time.
select value from twin.about where key = 'touch_horizon'
