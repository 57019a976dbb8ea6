-- One row per repository and published release. Source: github_releases.
-- Pre-releases do not reach users and are left out.
select
    repository as subject,
    published_at as at,
    1 as value
from github_releases
where
    coalesce(is_prerelease, false) = false
    and published_at >= %(since)s
    and published_at < %(until)s
