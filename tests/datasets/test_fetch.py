"""What a server may answer to `toolkit add ADDRESS`: a file, or one clear error; nothing is fetched from elsewhere."""

import socket
import threading

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.datasets import fetch as fetching
from toolkit.datasets.fetch import fetch

CSV = b"a,b\n1,2\n"
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
ENDLESS = b"1" * 4096


def led_to(address):
    return f"HTTP/1.1 302 Found\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n".encode()


def named(name):
    return OK + f'Content-Disposition: attachment; filename="{name}"\r\n\r\n'.encode() + CSV


@pytest.fixture
def answering():
    """A server on this machine that gives every request the bytes that were set, and then, if asked, without end."""
    server = socket.create_server(("", 0))
    given = {"answer": b"", "endless": False}

    def serve():
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                caller.recv(65536)
                try:
                    caller.sendall(given["answer"])
                    while given["endless"]:
                        caller.sendall(ENDLESS)
                except OSError:
                    pass

    threading.Thread(target=serve, daemon=True).start()

    def give(answer, endless=False):
        given.update(answer=answer, endless=endless)
        return f"http://127.0.0.1:{server.getsockname()[1]}/data.csv"

    yield give
    server.close()


WRONG = {  # what a server answers, and what is said of it
    "breaks off": (OK + b"Content-Length: 100\r\n\r\n" + CSV, "broke off after 8 of 100 bytes"),
    "breaks off in a block": (CHUNKED + b"100\r\na,b", "broke off"),
    "blocks of no length": (CHUNKED + b"zz\r\na,b", "broke off"),
    "no HTTP": (b"\0\1 garbage\r\n\r\n", "garbage"),
    "no answer": (b"", "without response"),
    "too many headers": (OK + b"X: y\r\n" * 1000 + b"\r\n" + CSV, "more than 100 headers"),
    "a header without end": (OK + b"X: " + b"y" * 100_000 + b"\r\n\r\n" + CSV, "more than 65536 bytes"),
    "to a file": (led_to("file:///etc/passwd"), "file:///etc/passwd"),
    "to another service": (led_to("ftp://127.0.0.1/x"), "it leads to ftp://127.0.0.1/x, no address of the web"),
    "to itself": (led_to("/data.csv"), "redirect error"),
    "a long reason": (b"HTTP/1.1 404 " + b"no " * 1000 + b"\r\n\r\n", "404 no no"),
}


@pytest.mark.parametrize(("answer", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_file_is_one_error_of_a_line(answering, tmp_path, answer, said):
    with pytest.raises(ToolkitError) as raised:
        fetch(answering(answer), tmp_path)
    (problem,) = raised.value.problems
    assert said in problem.found and "\n" not in problem.found and len(problem.found) < 150


@pytest.mark.parametrize("length", ["\N{SUPERSCRIPT TWO}", "9" * 5000, "-5", "x"])
def test_a_length_that_is_none_is_not_believed(answering, tmp_path, length):
    address = answering(OK + f"Content-Length: {length}\r\n\r\n".encode() + CSV)
    assert fetch(address, tmp_path).read_bytes() == CSV


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../evil.csv", "data"),
        (".gitignore", "gitignore"),
        ("-rf.csv", "rf.csv"),
        ("x" * 400 + ".csv", "x" * 96 + ".csv"),
    ],
)
def test_a_servers_name_for_its_file_leads_nowhere(answering, tmp_path, name, kept):
    path = fetch(answering(named(name)), tmp_path)
    assert (path.parent, path.name, path.read_bytes()) == (tmp_path, kept, CSV)


def test_what_has_no_end_is_ended(answering, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST", 1 << 30)
    monkeypatch.setattr(fetching, "LONGEST", 0)
    with pytest.raises(ToolkitError, match="bytes in 0 minutes"):
        fetch(answering(OK + b"\r\n", endless=True), tmp_path)
    monkeypatch.setattr(fetching, "LONGEST", 60)
    monkeypatch.setattr(fetching, "LARGEST", 1 << 20)
    with pytest.raises(ToolkitError, match="more than 0 GiB"):
        fetch(answering(OK + b"\r\n", endless=True), tmp_path)
    assert all(path.stat().st_size <= 2 << 20 for path in tmp_path.iterdir())


def test_nobody_is_led_from_the_web_into_this_machine(answering, tmp_path, monkeypatch):
    address = answering(OK + b"\r\n" + CSV)
    assert fetch(address.replace("127.0.0.1", "localhost"), tmp_path).read_bytes() == CSV  # named by its user it is
    monkeypatch.setattr(fetching, "_is_local", lambda place: place == "127.0.0.2")  # as if the other were on the web
    for host in ("127.0.0.2", "2130706434", "0177.0.0.2", "0x7f000002", "127.2"):
        with pytest.raises(ToolkitError, match="127.0.0.2, an address inside this machine or its network"):
            fetch(answering(led_to(address.replace("127.0.0.1", host))), tmp_path)
    address = answering(OK + b"\r\n" + CSV).replace("127.0.0.1", "127.0.0.2")
    assert fetch(address, tmp_path).read_bytes() == CSV


def test_the_address_that_is_connected_to_counts_not_the_one_that_a_name_had_before(answering, tmp_path, monkeypatch):
    address = answering(OK + b"\r\n" + CSV).replace("127.0.0.1", "desk.example")
    answers = iter(("127.0.0.1", "127.0.0.2"))  # the second time that the name is looked up
    looked_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *more: looked_up(next(answers), *more))
    monkeypatch.setattr(fetching, "_is_local", lambda place: place == "127.0.0.2")
    answering(led_to(address))
    with pytest.raises(ToolkitError, match="127.0.0.2, an address inside"):
        fetch(address, tmp_path)


@pytest.mark.parametrize("place", ["127.0.0.1", "::1", "10.0.0.7", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1%lo"])
def test_addresses_inside_a_network_are_known(place):
    assert fetching._is_local(place)


@pytest.mark.parametrize("place", ["8.8.8.8", "2001:4860:4860::8888"])
def test_others_are_not_local(place):
    assert not fetching._is_local(place)


@pytest.mark.parametrize(
    "address",
    ["http://user:password@127.0.0.1/a.csv", "http://127.0.0.1:1/a b.csv", "http://127.0.0.1:99999/", "http://[::1/"],
)
def test_an_address_that_reads_as_another_or_holds_a_password_is_refused(tmp_path, address):
    with pytest.raises(ToolkitError):
        fetch(address, tmp_path)
    assert not [*tmp_path.iterdir()]
