-- One row per incoming row whose {{ key | join(', ') }} is not in {{ table }} yet; existing rows stay.
insert into {{ table }} (
    {{ columns | join(', ') }}
)
select {{ columns | join(', ') }}
from {{ incoming }}
where not exists (
    select 1
    from {{ table }} as kept
    where
    {% for column in key %}
        {{ 'and ' if not loop.first }}kept.{{ column }} = {{ incoming }}.{{ column }}
    {% endfor %}
)
