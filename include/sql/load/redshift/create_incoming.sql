-- One row per row about to be loaded into {{ table }}; gone when the connection ends.
-- Times are in UTC without a zone, because COPY reads them so from Parquet.
create temporary table {{ incoming }} as
select
{% for column in columns %}
    {{ 'cast(' ~ column ~ ' as timestamp) as ' ~ column if column in times else column }}{{ ',' if not loop.last }}
{% endfor %}
from {{ table }}
where false
