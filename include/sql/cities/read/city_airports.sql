-- One row per watched city and airport near it, the nearest first. Source: city_airports.
select
    city_id,
    icao
from city_airports
order by city_id, distance_km, icao
