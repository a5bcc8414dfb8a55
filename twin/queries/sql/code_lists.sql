select list, code, zh, en, colour, icon from twin.code where not deprecated order by list, rank, code
