select verdict, count(*) from verdict group by verdict
