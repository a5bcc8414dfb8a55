create temp table new_edges on commit drop as select {columns} from {table} with no data
