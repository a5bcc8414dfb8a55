-- What was brought of each list this software ships: checksum of its file and its codes.
select value from twin.about where key = 'code_lists'
