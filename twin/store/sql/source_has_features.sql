select exists (
    select from city.feature where collection = %(collection)s and source = %(source)s
)
