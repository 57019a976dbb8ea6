-- Leaves one row per {{ key | join(', ') }} of {{ table }} that no incoming row replaces.
delete from {{ table }}
using {{ incoming }}
where
{% for column in key %}
    {{ 'and ' if not loop.first }}{{ table }}.{{ column }} = {{ incoming }}.{{ column }}
{% endfor %}
