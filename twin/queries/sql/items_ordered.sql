-- The rows of a page in the order of ids.
-- One row more than the page is asked for, so that a next page is known for certain.
(select c.* from {rows} c order by c.feature_id limit %(limit)s + 1)
