-- One row per row about to be loaded into {{ table }}; gone when the connection ends.
-- Times are in UTC and do not say so, which is how COPY reads them from Parquet.
create temporary table {{ incoming }} as
select
{% for column in columns %}
    {{ 'cast(' ~ column ~ ' as timestamp) as ' ~ column if column in times else column }}{{ ',' if not loop.last }}
{% endfor %}
from {{ table }}
where false
