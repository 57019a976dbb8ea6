-- One row per name in the table that the check of a warehouse made. Source: the check itself.
select {{ columns | join(', ') }}
from {{ table }}
order by name
