-- Leaves one row per incoming row that {{ table }} has not observed later.
delete from {{ incoming }}
using {{ table }}
where
{% for column in key %}
    {{ 'and ' if not loop.first }}{{ incoming }}.{{ column }} = {{ table }}.{{ column }}
{% endfor %}
    and {{ incoming }}.observed_at < {{ table }}.observed_at
