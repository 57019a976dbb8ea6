-- One row per {{ key | join(', ') }} of the incoming rows, the one observed last, into {{ table }}.
-- Rows arrive in no order: for equal observation times the other columns decide, always in the same way.
insert into {{ table }} (
    {{ columns | join(', ') }}
)
select {{ columns | join(', ') }}
from (
    select
        {{ columns | join(', ') }},
        row_number() over (
            partition by {{ key | join(', ') }}
            order by
                observed_at desc
            {% for column in columns if column not in key and column != 'observed_at' %}
                , {{ column }} desc
            {% endfor %}
        ) as version
    from {{ incoming }}
) as versions
where version = 1
