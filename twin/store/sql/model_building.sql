select building_id from twin.model where source = %(source)s
