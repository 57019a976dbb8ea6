-- One row per watched city and airport near it. Sources: flights_airports, cities.
select
    flights_airports.city_id,
    flights_airports.icao,
    flights_airports.distance_km
from flights_airports
inner join cities
    on flights_airports.city_id = cities.city_id
