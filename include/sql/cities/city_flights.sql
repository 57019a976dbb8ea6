-- One row per airport, direction and operating flight that is scheduled in the window, without the other numbers
-- it is sold under. Sources: flights_arrivals, flights_departures, aircraft_seats.
with listed as (
{% for direction, stream, other in [('arrival', 'arrivals', 'origin'), ('departure', 'departures', 'destination')] %}
    {{ 'union all ' if not loop.first }}select
        airport_icao,
        cast('{{ direction }}' as varchar(512)) as direction,
        number,
        -- Of a flight without a schedule scheduled_at is only its day.
        case
            when scheduled_local is null then coalesce(runway_at, revised_at, scheduled_at)
            else scheduled_at
        end as scheduled_at,
        revised_at,
        runway_at,
        coalesce(status, '') as status,
        coalesce(is_cargo, false) as is_cargo,
        airline_name,
        {{ other }}_icao as other_icao,
        aircraft_model
    from flights_{{ stream }}
    where
        gone_at is null
        and scheduled_at >= %(since)s - interval '1 day'
        and scheduled_at < %(until)s + interval '1 day'
        and coalesce(codeshare_status, '') <> 'IsCodeshared'
{% endfor %}
),

flights as (
    select *
    from listed
    where
        scheduled_at >= %(since)s
        and scheduled_at < %(until)s
),

models as (
    select aircraft_model
    from flights
    group by aircraft_model
),

layouts as (
    select
        models.aircraft_model,
        aircraft_seats.seats,
        row_number() over (
            partition by models.aircraft_model
            order by length(aircraft_seats.model) desc
        ) as place
    from models
    inner join aircraft_seats
        on left(lower(models.aircraft_model), length(aircraft_seats.model)) = aircraft_seats.model
)

select
    flights.airport_icao,
    flights.direction,
    flights.number,
    flights.scheduled_at,
    coalesce(flights.runway_at, flights.revised_at, flights.scheduled_at) as expected_at,
    flights.status,
    -- A diverted departure has departed.
    flights.status in ('Canceled', 'CanceledUncertain')
    or (flights.status = 'Diverted' and flights.direction = 'arrival') as is_cancelled,
    flights.is_cargo,
    flights.airline_name,
    flights.other_icao,
    flights.aircraft_model,
    case when not flights.is_cargo then layouts.seats end as seats
from flights
left join layouts
    on
        flights.aircraft_model = layouts.aircraft_model
        and layouts.place = 1
