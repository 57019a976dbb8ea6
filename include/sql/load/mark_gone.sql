-- One row per row of {{ table }} that a later reading of its time lacks: gone_at is when the first such reading was made.
-- Sources: {{ table }}, coverage. A row that a reading has again is there again.
update {{ table }}
set gone_at = null
where
    gone_at <= observed_at
{% for column in placed_by %}
    and {{ column }} >= %(since)s
    and {{ column }} < %(until)s
{% endfor %};

update {{ table }}
set gone_at = missed.observed_at
from (
    select
{% for column in key %}
        kept.{{ column }},
{% endfor %}
        min(coverage.observed_at) as observed_at
    from {{ table }} as kept
    inner join coverage
        on
            kept.{{ key[0] }} = coverage.subject
            and kept.observed_at < coverage.observed_at
{% for column in placed_by %}
            and kept.{{ column }} >= coverage.window_start
            and kept.{{ column }} < coverage.window_end
{% endfor %}
    where
        coverage.source = %(source)s
        and coverage.stream = %(stream)s
        and coverage.is_complete
        and coverage.rejected_count = 0
        and coverage.window_start < %(until)s
        and coverage.window_end > %(since)s
    group by
{% for column in key %}
        kept.{{ column }}{{ ',' if not loop.last }}
{% endfor %}
) as missed
where
{% for column in key %}
    {{ 'and ' if not loop.first }}{{ table }}.{{ column }} = missed.{{ column }}
{% endfor %}
    and ({{ table }}.gone_at is null or {{ table }}.gone_at > missed.observed_at)
