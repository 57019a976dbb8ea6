-- One row per airport and hour of the window: flights scheduled for it that are neither cancelled nor cargo.
-- Sources: airports, city_calendar, city_flights, coverage. Null where the hour is not covered.
with complete as (
    select
        stream,
        subject,
        window_start,
        window_end
    from coverage
    where
        source = 'flights'
        and stream in ('arrivals', 'departures')
        and is_complete
        and window_start < %(until)s
        and window_end > %(since)s
),

ordered as (
    select
        stream,
        subject,
        window_start,
        window_end,
        max(window_end) over (
            partition by stream, subject
            order by window_start, window_end
            rows between unbounded preceding and 1 preceding
        ) as covered_before
    from complete
),

numbered as (
    select
        stream,
        subject,
        window_start,
        window_end,
        sum(case when window_start <= covered_before then 0 else 1 end) over (
            partition by stream, subject
            order by window_start, window_end
            rows between unbounded preceding and current row
        ) as island
    from ordered
),

covered as (
    select
        stream,
        subject,
        min(window_start) as started_at,
        max(window_end) as ended_at
    from numbered
    group by stream, subject, island
),

spine as (
    select hour_at
    from city_calendar
    where
        hour_at >= %(since)s
        and hour_at < %(until)s
    group by hour_at
),

covered_hours as (
    select
        covered.subject as icao,
        spine.hour_at,
        max(case when covered.stream = 'arrivals' then 1 end) as arrivals_covered,
        max(case when covered.stream = 'departures' then 1 end) as departures_covered
    from covered
    inner join spine
        on
            covered.started_at <= spine.hour_at
            and covered.ended_at >= spine.hour_at + interval '1 hour'
    group by covered.subject, spine.hour_at
),

flights as (
    select
        airport_icao as icao,
        cast('1970-01-01 00:00:00+00' as timestamptz)
        + floor(extract(epoch from scheduled_at) / 3600) * interval '1 hour' as hour_at,
        sum(case when direction = 'arrival' then 1 else 0 end) as arrivals,
        sum(case when direction = 'arrival' then seats end) as arriving_seats,
        count(case when direction = 'arrival' then seats end) as arrivals_with_seats,
        sum(case when direction = 'departure' then 1 else 0 end) as departures,
        sum(case when direction = 'departure' then seats end) as departing_seats,
        count(case when direction = 'departure' then seats end) as departures_with_seats
    from city_flights
    where
        scheduled_at >= %(since)s
        and scheduled_at < %(until)s
        and not is_cancelled
        and not is_cargo
    group by 1, 2
)

select
    airports.icao,
    spine.hour_at,
    cast(%(known_at)s as timestamptz) as known_at,
    case when covered_hours.arrivals_covered = 1 then coalesce(flights.arrivals, 0) end as arrivals,
    case when covered_hours.arrivals_covered = 1 then coalesce(flights.arriving_seats, 0) end as arriving_seats,
    case when covered_hours.arrivals_covered = 1 then coalesce(flights.arrivals_with_seats, 0) end as arrivals_with_seats,
    case when covered_hours.departures_covered = 1 then coalesce(flights.departures, 0) end as departures,
    case when covered_hours.departures_covered = 1 then coalesce(flights.departing_seats, 0) end as departing_seats,
    case when covered_hours.departures_covered = 1 then coalesce(flights.departures_with_seats, 0) end as departures_with_seats
from airports
cross join spine
left join covered_hours
    on
        airports.icao = covered_hours.icao
        and spine.hour_at = covered_hours.hour_at
left join flights
    on
        airports.icao = flights.icao
        and spine.hour_at = flights.hour_at
