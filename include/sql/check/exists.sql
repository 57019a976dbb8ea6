-- One row per table of this name. Source: information_schema.
select table_name
from information_schema.tables
where
    table_name = %(table)s
    and table_schema = current_schema()
