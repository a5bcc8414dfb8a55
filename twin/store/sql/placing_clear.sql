-- Proposals nobody decided give way to new ones; decisions stay for ever.
delete from twin.placing where source = %(source)s and decision is null
