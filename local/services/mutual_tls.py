"""SeaweedFS's internal ports behind mutual TLS: clients without a certificate of this lake are refused.

Master, volume server, filer and their gRPC ports require no key by default, accept every web page's origin, and the
filer reveals the S3 secret. With `security.toml` these ports require a client certificate, with which the parts of the
process authenticate to each other. The S3 port stays plain HTTP: requests to it are signed.
"""

import ipaddress
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SETTINGS = "security.toml"
CERTIFICATE = "certificate.pem"
KEY = "key.pem"
HTTP_PARTS = ("master", "volume", "filer", "admin")
GRPC_PARTS = (*HTTP_PARTS, "s3", "worker", "client")
# The certificate belongs to this lake only and is renewed with it; nothing outside relies on it.
LIFETIME = timedelta(days=100 * 365)


def write_security(folder: Path, *, names: tuple[str, ...] = (), mode: int = 0o600) -> None:
    """Write the certificate, its key (both created once) and `security.toml`, which `weed` reads in its working folder.

    :param names: host names, beside 127.0.0.1, under which the parts call each other
    :param mode: the files' mode; 0600 unless another user runs SeaweedFS
    """
    if not ((folder / KEY).exists() and (folder / CERTIFICATE).exists()):
        certificate, key = _certificate(names)
        _write(folder / KEY, key, mode)
        _write(folder / CERTIFICATE, certificate, mode)
    _write(folder / SETTINGS, _settings(folder).encode(), mode)


def _settings(folder: Path) -> str:
    certificate, key = f'"{folder / CERTIFICATE}"', f'"{folder / KEY}"'
    pair = f"cert = {certificate}\nkey = {key}\n"
    sections = [f"[grpc]\nca = {certificate}\n"]
    sections += [f"[grpc.{part}]\n{pair}" for part in GRPC_PARTS]
    sections += [f"[https.{part}]\n{pair}ca = {certificate}\n" for part in HTTP_PARTS]
    sections.append(f"[https.client]\nenabled = true\n{pair}ca = {certificate}\n")
    return "\n".join(sections)


def _certificate(names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return a self-signed certificate and its key, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bellwether lake")])
    hosts: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    hosts += [x509.DNSName(name) for name in ("localhost", *names)]
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # Valid also for clocks that are a day behind.
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
        .sign(key, hashes.SHA256())
    )
    encoding, unencrypted = serialization.Encoding.PEM, serialization.NoEncryption()
    return certificate.public_bytes(encoding), key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, unencrypted
    )


def _write(file: Path, content: bytes, mode: int) -> None:
    half = file.with_name(f".{file.name}.{os.getpid()}")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    half.chmod(mode)
    half.replace(file)
