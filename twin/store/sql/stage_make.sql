-- Rows of one batch, of the same types as the table they are meant for.
create temp table stage on commit drop as
select feature_id, {columns}, {stamps}, provenance
from {table} with no data
