-- One row per repository: its latest release, without pre-releases. Source: github_releases.
with numbered as (
    select
        repository,
        tag_name,
        published_at,
        row_number() over (
            partition by repository
            order by published_at desc, release_id desc
        ) as newest_first
    from github_releases
    where
        gone_at is null
        and coalesce(is_prerelease, false) = false
        and published_at < %(until)s
)

select
    repository,
    tag_name,
    published_at
from numbered
where newest_first = 1
order by repository
