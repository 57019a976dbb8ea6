-- Leaves one row per {{ key | join(', ') }} in {{ table }} that is not about to be replaced.
delete from {{ table }}
{% for column in hours %}
where
    {{ column }} >= %(since)s
    and {{ column }} < %(until)s
{% for known in known_at %}
    and {{ known }} <= %(known_at)s
{% endfor %}
{% endfor %}
