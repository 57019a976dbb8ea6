-- One row per {{ key | join(', ') }} in {{ table }}: the incoming row wins unless the table's was observed later.
merge into {{ table }} as target
using incoming as source
on
{% for column in key %}
    {{ 'and ' if not loop.first }}target.{{ column }} = source.{{ column }}
{% endfor %}
when matched and source.observed_at >= target.observed_at then update set
{% for column in columns if column not in key %}
    {{ column }} = source.{{ column }}{{ ',' if not loop.last }}
{% endfor %}
when not matched then insert (
    {{ columns | join(', ') }}
)
values (
    source.{{ columns | join(', source.') }}
)
