-- Which sample city this database holds: null (never asked), 'none', 'loading:<profile>' or '<profile>'.
select value from twin.about where key = 'sample'
