-- One row per row about to be merged into {{ table }}; gone when the transaction ends.
create temporary table incoming as
select {{ columns | join(', ') }}
from {{ table }}
where false
