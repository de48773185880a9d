"""Archives are signed with SSH keys, and verify says by whom: by one who is trusted, by another, by nobody."""

import shutil
import subprocess

import pytest

from toolkit.core.errors import ToolkitError
from toolkit.main import main
from toolkit.review.signature import checked, held, sign, signature_of

pytestmark = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is not installed")


def made_key(folder, name):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name], check=True)
    return folder / name


def signers(folder, *lines):
    (folder / "signers").write_text("".join(f"{line}\n" for line in lines))
    return folder / "signers"


@pytest.fixture
def signed(tmp_path):
    """(archive, key, the public key's text) of an archive that was signed."""
    path, key = tmp_path / "edition.zip", made_key(tmp_path, "desk")
    path.write_bytes(b"an archive")
    assert sign(path, key) == signature_of(path) == tmp_path / "edition.zip.sig"
    return path, key, (tmp_path / "desk.pub").read_text().strip()


def test_a_signer_who_is_listed_is_named_with_the_key(signed, tmp_path):
    path, key, public = signed
    found = checked(path, signers(tmp_path, f"desk@example.org {public}"))
    assert found.holds and found.said.startswith("signed by desk@example.org, with the ED25519 key SHA256:")
    again = signature_of(path).read_bytes()
    assert sign(path, key).read_bytes() == again, "signing again replaces it, and asks nothing"
    allowed = signers(tmp_path, f'desk@example.org namespaces="toolkit-archive" {public}')
    assert checked(path, allowed).holds


def test_another_key_another_use_and_another_time_are_not_the_signer(signed, tmp_path):
    path, _, public = signed
    made_key(tmp_path, "other")
    other = (tmp_path / "other.pub").read_text().strip()
    for line in (
        f"desk@example.org {other}",
        f'desk@example.org namespaces="git" {public}',
        f'desk@example.org valid-before="20010101" {public}',
        "# nobody",
    ):
        found = checked(path, signers(tmp_path, line))
        assert not found.holds and "does not list" in found.said and "SHA256:" in found.said, line


def test_a_key_on_several_lines_and_lines_of_any_bytes_are_read_as_ssh_keygen_reads_them(signed, tmp_path):
    path, _, public = signed
    for lines, name in (
        ((f'git@example.org namespaces="git" {public}', f"desk@example.org {public}"), "desk@example.org"),
        ((f'"the desk" namespaces="git" {public}', f"the-desk {public}"), "the-desk"),
        ((f"d\udcff@example.org {public}",), "d\ufffd@example.org"),
        (("a" * 5_000_000 + f" {public}", f"desk@example.org {public}\r"), "desk@example.org"),
    ):
        allowed = tmp_path / "signers"
        allowed.write_bytes("\n".join([*lines, ""]).encode("utf-8", "surrogateescape"))
        found = checked(path, allowed)
        assert found.holds and found.said.startswith(f"signed by {name}, with the ED25519 key"), lines[0][:40]


def test_a_file_that_was_changed_is_not_what_was_signed(signed, tmp_path):
    path, _, public = signed
    allowed = signers(tmp_path, f"desk@example.org {public}")
    path.write_bytes(b"an archivE")
    assert not checked(path, allowed).holds and "no signature of this file" in checked(path, allowed).said
    for content in (b"", b"no signature\x1b[2J", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"):
        signature_of(path).write_bytes(content)
        found = checked(path, allowed)
        assert not found.holds and found.said.isprintable()
    signature_of(path).write_bytes(b"x" * 100_000)
    assert "larger than 64 KB" in checked(path, allowed).said


def test_what_is_checked_is_what_is_read_whatever_becomes_of_the_file(signed, tmp_path):
    path, _, public = signed
    with held(path) as copy:
        path.write_bytes(b"another archive")
        signature_of(path).unlink()
        assert checked(copy, signers(tmp_path, f"!guest@example.org,*@example.org {public}")).said.startswith(
            "signed by *@example.org, "
        )
        assert copy.name == path.name and copy.read_bytes() == b"an archive"
    assert not copy.exists()
    with held(tmp_path) as folder:
        assert folder == tmp_path


def test_unsigned_is_said_and_fails_only_where_a_signer_is_asked_for(signed, tmp_path):
    path, _, public = signed
    assert checked(path, None).holds and "was not checked" in checked(path, None).said
    signature_of(path).unlink()
    assert checked(path, None).holds and checked(path, None).said.startswith("unsigned")
    assert not checked(path, signers(tmp_path, f"desk@example.org {public}")).holds


def test_what_is_missing_is_said_with_what_to_do(signed, tmp_path, monkeypatch):
    path, key, public = signed
    with pytest.raises(ToolkitError, match="no file nobody"):
        checked(path, tmp_path / "nobody")
    allowed = signers(tmp_path, f"desk@example.org {public}")
    monkeypatch.setenv("PATH", str(tmp_path))
    for call in (lambda: checked(path, allowed), lambda: sign(path, key)):
        with pytest.raises(ToolkitError, match="not installed here"):
            call()
    assert checked(path, None).holds, "without a list of signers nothing is run"


def test_a_key_that_cannot_sign_is_refused_with_why_and_what_to_do(signed, tmp_path, monkeypatch):
    path, key, public = signed
    signature_of(path).unlink()
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "never")
    (tmp_path / "folder").mkdir()
    with_passphrase = tmp_path / "with permissions"  # its name is no reason
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", with_passphrase], check=True)
    for name, content, mode in (
        ("open", key.read_bytes(), 0o644),
        ("alone.pub", public.encode(), 0o644),
        ("passphrase.pub", public.encode(), 0o600),
        ("no-key", b"no key\n", 0o600),
        ("empty", b"", 0o600),
        ("cut", key.read_bytes()[:100], 0o600),
        ("putty.ppk", b"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", 0o600),
        ("pkcs8", b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n", 0o600),
    ):
        (tmp_path / name).write_bytes(content)
        (tmp_path / name).chmod(mode)
    for name, found, remedy in (
        ("open", "others may read this private key", f"chmod 600 {tmp_path / 'open'}"),
        ("alone.pub", "a public key, whose private key is neither beside it", "the one without .pub"),
        ("passphrase.pub", "a public key", "without .pub"),
        ("with permissions", "its passphrase was not given", "ssh-add"),
        *((name, "no key of a kind and a form", "name another key") for name in ("no-key", "empty", "cut")),
        *((name, "no key of a kind and a form", "OpenSSH's form") for name in ("putty.ppk", "pkcs8")),
        ("nobody", "no such file", "ssh-keygen -t ed25519 makes one"),
        ("folder", "a folder", "ssh-keygen -t ed25519 makes one"),
    ):
        with pytest.raises(ToolkitError) as caught:
            sign(path, tmp_path / name)
        (problem,) = caught.value.problems
        assert problem.found.startswith(f"{name}: {found}") and remedy in problem.remedy, (name, problem)
        assert not signature_of(path).exists()


@pytest.mark.heavy
def test_archive_signs_and_verify_says_by_whom(built, tmp_path, monkeypatch, capsys):
    key = made_key(tmp_path, "desk")
    allowed = signers(tmp_path, f"desk@example.org {(tmp_path / 'desk.pub').read_text().strip()}")
    nobody, path = tmp_path / "nobody", str(tmp_path / "x.zip")
    nobody.write_text("")
    monkeypatch.chdir(built.root)
    assert main(["archive", "--out", path, "--sign", str(key)]) == 0
    assert capsys.readouterr().out.endswith("x.zip.sig, the signature\n")
    assert main(["verify", "--signed-by", str(allowed)]) == 1
    assert "an edition's folder" in capsys.readouterr().err
    monkeypatch.chdir(tmp_path)
    for arguments, status, said in (
        (("--signed-by", str(allowed)), 0, "signed by desk@example.org, with the ED25519 key SHA256:"),
        (("--signed-by", str(nobody)), 1, "signed by somebody whom nobody does not list"),
        ((), 0, "the signature was not checked"),
    ):
        assert main(["verify", path, *arguments]) == status
        assert said in capsys.readouterr().out
    signature_of(tmp_path / "x.zip").unlink()
    assert main(["verify", path]) == 0 and "unsigned: there is no x.zip.sig" in capsys.readouterr().out
    assert main(["verify", path, "--signed-by", str(allowed)]) == 1 and "unsigned" in capsys.readouterr().out
