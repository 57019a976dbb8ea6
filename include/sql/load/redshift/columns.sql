-- No rows: the query asks only for the types of {{ table }}'s columns.
select {{ columns | join(', ') }}
from {{ table }}
where false
