-- One row per watched city: its configuration, and the figures of its page. Sources: include/cities.toml (as
-- parameters), wikipedia_cities, wikipedia_populations.
with watched as (
{% for city in cities %}
    {{ 'union all ' if not loop.first }}select
        cast(%({{ city }}_id)s as varchar(512)) as city_id,
        cast(%({{ city }}_name)s as varchar(512)) as name,
        cast(%({{ city }}_country)s as varchar(2)) as country_code,
        cast(%({{ city }}_timezone)s as varchar(512)) as timezone,
        cast(%({{ city }}_latitude)s as double precision) as latitude,
        cast(%({{ city }}_longitude)s as double precision) as longitude
{% endfor %}
),

populations as (
    select
        city_id,
        population,
        kind,
        year,
        row_number() over (
            partition by city_id
            order by
                case kind when 'city' then 1 when 'urban' then 2 else 3 end,
                coalesce(year, 0) desc,
                as_of desc
        ) as place
    from wikipedia_populations
)

select
    watched.city_id,
    watched.name,
    watched.country_code,
    watched.timezone,
    watched.latitude,
    watched.longitude,
    pages.country,
    pages.area_km2,
    pages.elevation_m,
    populations.population,
    populations.kind as population_kind,
    populations.year as population_year
from watched
left join wikipedia_cities as pages
    on watched.city_id = pages.city_id
left join populations
    on
        watched.city_id = populations.city_id
        and populations.place = 1
