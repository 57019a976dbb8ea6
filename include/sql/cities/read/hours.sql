-- One row per row of {{ table }} in the window, by hour. Source: {{ table }}.
select *
from {{ table }}
where
    hour_at >= %(since)s
    and hour_at < %(until)s
order by hour_at, {{ subject }}
