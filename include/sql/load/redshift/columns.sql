-- One row per row of nothing: only the types of {{ table }}'s columns are asked for.
select {{ columns | join(', ') }}
from {{ table }}
where false
