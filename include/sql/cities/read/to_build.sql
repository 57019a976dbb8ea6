-- One row per set of tables: when it was last built by as_of, and where newer data begins.
-- Sources: city_hours, coverage. What was read up to a day earlier counts as new: it may have been loaded since.
with built as (
    select max(known_at) as known_at
    from city_hours
    where known_at <= %(as_of)s
)

select
    max(built.known_at) as built_at,
    min(coverage.window_start) as first_at
from built
left join coverage
    on
        coverage.source in ('weather', 'flights', 'wikipedia')
        and coverage.observed_at >= coalesce(
            built.known_at - interval '1 day', cast('1970-01-01 00:00:00+00' as timestamptz)
        )
