-- One row per repository and published release. Source: github_releases.
-- Without pre-releases, which users do not get.
select
    repository as subject,
    published_at as at,
    1 as value
from github_releases
where
    gone_at is null
    and coalesce(is_prerelease, false) = false
    and published_at >= %(since)s
    and published_at < %(until)s
