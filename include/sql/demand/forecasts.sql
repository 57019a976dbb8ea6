-- One row per city, place and method of the forecast made at a moment. Source: demand_forecasts.
select
    city_id,
    place,
    method,
    count(*) as hour_count
from demand_forecasts
where made_at = %(made_at)s
group by city_id, place, method
order by city_id, place, method
