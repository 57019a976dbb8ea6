-- One row per airport near a watched city, as last observed. Source: flights_airports.
with found as (
    select
        icao,
        iata,
        name,
        municipality,
        country,
        latitude,
        longitude,
        timezone,
        row_number() over (partition by icao order by observed_at desc, city_id) as place
    from flights_airports
)

select
    icao,
    iata,
    name,
    municipality,
    country,
    latitude,
    longitude,
    timezone
from found
where place = 1
