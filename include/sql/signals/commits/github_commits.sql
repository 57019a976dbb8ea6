-- One row per repository and commit of its default branch, by the committer's date. Source: github_commits.
select
    repository as subject,
    committed_at as at,
    1 as value
from github_commits
where
    gone_at is null
    and committed_at >= %(since)s
    and committed_at < %(until)s
