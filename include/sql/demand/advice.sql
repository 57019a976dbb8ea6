-- One row per piece of advice of the forecast made at a moment. Source: demand_advice.
select
    city_id,
    place,
    starts_at,
    ends_at,
    scooters,
    rides,
    rides_usual,
    why
from demand_advice
where made_at = %(made_at)s
order by city_id, place, starts_at
