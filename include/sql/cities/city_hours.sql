-- One row per watched city and hour of the window: its calendar, weather, flights and inhabitants.
-- Sources: city_calendar, cities, city_weather, city_airports, airport_hours.
with calendar as (
    select
        city_id,
        hour_at,
        local_at,
        local_date,
        local_hour,
        weekday,
        is_holiday,
        holiday
    from city_calendar
    where
        hour_at >= %(since)s
        and hour_at < %(until)s
),

-- A sum that lacks an airport would be too small, and could not be told from a complete one.
flights as (
    select
        city_airports.city_id,
        airports.hour_at,
        case when count(airports.arrivals) = count(*) then sum(airports.arrivals) end as arrivals,
        case when count(airports.arrivals) = count(*) then sum(airports.arriving_seats) end as arriving_seats,
        case when count(airports.arrivals) = count(*) then sum(airports.arrivals_with_seats) end as arrivals_with_seats,
        case when count(airports.departures) = count(*) then sum(airports.departures) end as departures,
        case when count(airports.departures) = count(*) then sum(airports.departing_seats) end as departing_seats,
        case
            when count(airports.departures) = count(*) then sum(airports.departures_with_seats)
        end as departures_with_seats
    from city_airports
    inner join airport_hours as airports
        on city_airports.icao = airports.icao
    where
        airports.hour_at >= %(since)s
        and airports.hour_at < %(until)s
    group by city_airports.city_id, airports.hour_at
)

select
    calendar.city_id,
    calendar.hour_at,
    cast(%(known_at)s as timestamptz) as known_at,
    calendar.local_at,
    cast(calendar.local_date as date) as local_date,
    calendar.local_hour,
    calendar.weekday,
    calendar.is_holiday,
    calendar.holiday,
    weather.made_at as weather_made_at,
    weather.temperature_c,
    weather.precipitation_probability,
    weather.rain_mm,
    weather.snow_mm,
    weather.wind_m_per_s,
    weather.is_rainy,
    weather.is_cold,
    weather.is_windy,
    flights.arrivals,
    flights.arriving_seats,
    flights.arrivals_with_seats,
    flights.departures,
    flights.departing_seats,
    flights.departures_with_seats,
    cities.population,
    cities.elevation_m
from calendar
inner join cities
    on calendar.city_id = cities.city_id
left join city_weather as weather
    on
        calendar.city_id = weather.city_id
        and calendar.hour_at = weather.hour_at
left join flights
    on
        calendar.city_id = flights.city_id
        and calendar.hour_at = flights.hour_at
