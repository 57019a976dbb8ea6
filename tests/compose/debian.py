"""The Debian under every stand-in, made by debootstrap, for an engine that cannot reach a registry."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.compose.programs import Failed, run

TAG = "bellwether-stand-in/debian:bookworm"
MIRROR = "https://deb.debian.org/debian"
PACKAGES = ("busybox", "ca-certificates", "curl", "dumb-init", "gosu", "libgomp1", "python3", "python3-venv")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SECONDS = 900


def build(home: Path, env: dict[str, str]) -> None:
    """Make the image TAG; the tree is kept in `home`/rootfs for the next time. Raises Failed."""
    tree = home / "rootfs"
    if not (tree / "usr/bin/dumb-init").exists():
        _debootstrap(tree)
    # A network that vouches for itself is trusted inside as it is outside: builds fetch packages through it.
    if CERTIFICATES.exists():
        shutil.copyfile(CERTIFICATES, tree / "etc/ssl/certs/ca-certificates.crt")
        (tree / "etc/pip.conf").write_text(f"[global]\ncert = {CERTIFICATES}\n")
    changes = ("--change", f"ENV SSL_CERT_FILE={CERTIFICATES}", "--change", 'CMD ["/bin/bash"]')
    packed = subprocess.Popen(
        ["tar", "--directory", tree, "--exclude=./proc/*", "--exclude=./var/cache/apt/archives/*.deb", "-c", "."],
        stdout=subprocess.PIPE,
    )
    with packed:
        imported = subprocess.run(
            ["docker", "import", *changes, "-", TAG], stdin=packed.stdout, capture_output=True, text=True, env=env
        )
    if imported.returncode or packed.returncode:
        raise Failed(f"docker import {TAG}: {imported.stderr}")


def _debootstrap(tree: Path) -> None:
    if os.geteuid() or not shutil.which("debootstrap"):
        raise Failed("stand-ins need root and debootstrap (`apt-get install debootstrap`)")
    shutil.rmtree(tree, ignore_errors=True)
    chosen = ["--variant=minbase", "--include=" + ",".join(PACKAGES)]
    run(["debootstrap", *chosen, "bookworm", tree, MIRROR], seconds=SECONDS, env=dict(os.environ))
