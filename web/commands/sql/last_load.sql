select source, file_name, status, started_at, seconds, counts
from twin.load
order by id desc
limit 1
