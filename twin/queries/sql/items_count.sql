select count(*) from {rows} c
