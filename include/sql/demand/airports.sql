-- One row per airport: where it lies, in decimal degrees, and its name. Source: airports.
select
    icao,
    name,
    latitude,
    longitude
from airports
where
    latitude is not null
    and longitude is not null
order by icao
