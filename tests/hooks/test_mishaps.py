"""What went wrong on the way is said by its name, and no URL, key or address of a proxy with it."""

import ipaddress
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta

import pytest

from bellwether.hooks.errors import ApiError
from tests.hooks.conftest import DAY, TOKEN


@pytest.fixture
def problem(hook):
    def reading(host):
        made = hook({"host": host}, backoff_seconds=1, patience_seconds=0, timeout_seconds=2)
        with pytest.raises(ApiError) as caught:
            list(made.read(made.source.streams[0], "here", DAY))
        assert TOKEN not in str(caught.value)
        return str(caught.value)

    return reading


@pytest.fixture
def closed_port():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return closed.getsockname()[1]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that nobody vouches for."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def secure(certificate):
    """A port that speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                asking, _ = listening.accept()
                context.wrap_socket(asking, server_side=True).close()
            except ssl.SSLError:
                continue
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1]
    listening.close()


def test_a_port_where_nobody_listens(problem, closed_port):
    assert "refused the connection: nothing listens at that port" in problem(f"http://127.0.0.1:{closed_port}")


def test_a_name_without_an_address(problem):
    assert "no address is known for the service's name (DNS)" in problem("http://no-such-host.invalid")


def test_a_certificate_that_nobody_vouches_for(problem, secure):
    assert "the service's certificate is not trusted (self" in problem(f"https://127.0.0.1:{secure}")


def test_tls_to_a_service_without_it(problem, service):
    assert "does not speak TLS at that port" in problem(service.root.replace("http:", "https:"))


def test_a_proxy_that_is_not_there(problem, monkeypatch, closed_port):
    monkeypatch.setenv("http_proxy", f"http://me:pass-word@127.0.0.1:{closed_port}")
    text = problem("http://api.example.com")
    assert "the proxy that the environment names could not be used" in text
    assert "pass-word" not in text


def test_a_tunnel_that_the_proxy_refuses(problem, monkeypatch, service):
    service.answers({"status": 407, "body": b""})
    monkeypatch.setenv("https_proxy", service.root)
    assert "the proxy that the environment names could not be used" in problem("https://api.example.com")


def test_a_service_that_hangs_up(problem):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up():
            listening.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        assert "closed before an answer" in problem(f"http://127.0.0.1:{listening.getsockname()[1]}")


def test_a_service_that_says_nothing(problem):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert "did not answer in time" in problem(f"http://127.0.0.1:{listening.getsockname()[1]}")
