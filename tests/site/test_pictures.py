"""Photographs and scans: their files, what stands beside them, what is refused."""

import io
import json
import os
import re
import zipfile

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_output
from PIL import Image

from tests.site import sample_story
from toolkit.build.manifest import stored_manifest
from toolkit.build.pipeline import build
from toolkit.commands.check import left_out_of_stories
from toolkit.core.errors import StoryError
from toolkit.notebook import mime
from toolkit.notebook.left_out import keep_published
from toolkit.notebook.picture_files import photograph
from toolkit.notebook.story import Story
from toolkit.review.archive import archive
from toolkit.review.verify import verify

pytestmark = pytest.mark.heavy

WORDS = {"alt": "An iron gate that stands half open.", "credit": "The city archive", "licence": "CC BY-SA 4.0"}


def noise(width, height):
    return Image.frombytes("RGB", (width, height), bytes(range(256)) * (width * height * 3 // 256 + 1))


def saved(image, form="JPEG", **options):
    made = io.BytesIO()
    image.save(made, form, **options)
    return made.getvalue()


def with_metadata():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8298] = 6, "SECRET camera", "SECRET owner"
    exif.get_ifd(0x8825)[1] = "N"
    return saved(noise(2000, 1000), exif=exif, comment=b"SECRET comment", quality=95)


def test_a_photograph_has_two_widths_stands_upright_and_says_nothing_of_its_camera():
    made = photograph(with_metadata(), "here")
    assert sorted(made.files) == [680, 1000] and made.ending == "jpg", "turned by its orientation"
    assert (made.width, made.height) == (1000, 2000)
    for width, content in made.files.items():
        image = Image.open(io.BytesIO(content))
        assert image.width == width and not image.getexif() and b"SECRET" not in content and b"Exif" not in content
    assert photograph(with_metadata(), "here") == made


def test_a_scan_of_few_colours_stays_a_png_on_white():
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 150, 200))
    made = photograph(saved(image, "PNG"), "here")
    assert list(made.files) == [300] and made.ending == "png"
    assert Image.open(io.BytesIO(made.files[300])).convert("RGB").getpixel((299, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "no picture that can be read"),
        (b"<svg/>", "no picture that can be read"),
        (with_metadata()[:4000], "no picture that can be read"),
        (saved(noise(9, 9), "GIF"), "no picture that can be read"),
        (saved(noise(9, 9), "TIFF", save_all=True, append_images=[noise(9, 9)]), "several frames"),
    ],
)
def test_what_is_no_picture_is_refused(content, said):
    with pytest.raises(StoryError, match=f"here: .*{said}"):
        photograph(content, "here")


def with_a_gate(folder):
    project = sample_story.make_project(folder)
    (project.notebooks / "pictures").mkdir(parents=True)
    (project.notebooks / "pictures" / "The Gate.JPG").write_bytes(with_metadata())
    return project


@pytest.fixture
def project(tmp_path):
    return with_a_gate(tmp_path)


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """One that tests leave as it is."""
    from toolkit.database.open import open_database

    return Story("tea", open_database(with_a_gate(tmp_path_factory.mktemp("gate"))))


def story_in(project, monkeypatch):
    from toolkit.database.open import open_database

    monkeypatch.chdir(project.root)
    return Story("tea", open_database(project))


def test_a_picture_stands_on_its_page_with_alt_credit_and_licence_and_is_loaded_from_the_edition(project, monkeypatch):
    picture = story_in(project, monkeypatch).picture("pictures/The Gate.JPG", caption="The gate in 2026.", **WORDS)
    assert picture.id == "the-gate" and "SECRET" not in str(picture._repr_mimebundle_())
    cell = new_code_cell("story.picture(…)", outputs=[new_output("execute_result", picture._repr_mimebundle_())])
    keep_published(cell)
    assert set(cell.outputs[0].data) == {"text/plain", mime.PICTURE}
    page = sample_story.make(project.root, extra=[cell]).page
    soup = BeautifulSoup(page.html, "lxml")
    image = soup.select_one("figure#picture-the-gate img")
    assert image["alt"] == WORDS["alt"] and (image["width"], image["height"]) == ("1000", "2000")
    assert image["srcset"] == "tea/pictures/the-gate-680.jpg 680w, tea/pictures/the-gate-1000.jpg 1000w"
    assert {"pictures/the-gate-680.jpg", "pictures/the-gate-1000.jpg"} <= set(page.files)
    said = " ".join(soup.select_one("#picture-the-gate figcaption").get_text().split())
    assert said == "The gate in 2026.The city archive. CC BY-SA 4.0"
    assert "img-src 'self' data:" in soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    assert not re.search(r"src=\"https?:", page.html)


@pytest.mark.parametrize(
    "path, words, said",
    [
        ("pictures/the-gate.jpg", {}, "no such file"),
        ("https://example.org/a.jpg", {}, "an address"),
        ("../data/units.txt", {}, "outside notebooks/"),
        ("pictures/x.svg", {}, "a file that ends in '.svg'"),
        ("pictures/The Gate.JPG", {"alt": ""}, "alt: empty"),
        ("pictures/The Gate.JPG", {"credit": " "}, "credit: empty"),
        ("pictures/The Gate.JPG", {"licence": ""}, "licence: empty"),
        ("pictures/The Gate.JPG", {"alt": "A gate"}, "alt: 6 characters"),
        ("pictures/The Gate.JPG", {"caption": "Closed for 12 days"}, "a typed number: 12"),
        ("pictures/The Gate.JPG", {"caption": "An icon \uf09b"}, "U+F09B"),
        ("pictures/The Gate.JPG", {"licence": "CC \u202eYB"}, "U+202E"),
        ("pictures/The Gate.JPG", {"id": "../../other/gate"}, "id: '../../other/gate'"),
        ("pictures/The Gate.JPG", {"id": 'gate" onload="x'}, "words of a to z"),
        ("pictures/The Gate.JPG", {"id": "g" * 300}, "80 signs at most"),
        ("pictures/The Gate.JPG", {"alt": 7, "credit": None}, "credit: None"),
        ("pictures/a\0b.jpg", {}, "no path of a file"),
        ("pictures/" + "g" * 5000 + ".jpg", {}, "no path of a file"),
    ],
)
def test_a_picture_without_its_words_or_its_file_is_refused(story, monkeypatch, path, words, said):
    monkeypatch.chdir(story.database.project.root)
    with pytest.raises(StoryError) as error:
        story.picture(path, **{**WORDS, **words})
    assert said in str(error.value)
    if said == "no such file":
        assert "pictures/The Gate.JPG" in str(error.value)


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_a_link_that_leads_out_or_nowhere_and_a_pipe_are_no_pictures(project, monkeypatch, tmp_path):
    pictures, story = project.notebooks / "pictures", story_in(project, monkeypatch)
    (tmp_path / "outside.jpg").write_bytes(with_metadata())
    (pictures / "out.jpg").symlink_to(tmp_path / "outside.jpg")
    (pictures / "endless.jpg").symlink_to("/dev/zero")
    (pictures / "round.jpg").symlink_to("round.jpg")
    (pictures / "folder").symlink_to(tmp_path)
    os.mkfifo(pictures / "pipe.jpg")
    for path, said in (
        ("out.jpg", "outside notebooks/"),
        ("endless.jpg", "outside notebooks/"),
        ("folder/outside.jpg", "outside notebooks/"),
        ("round.jpg", "no path of a file|no such file"),
        ("pipe.jpg", "no such file"),
    ):
        with pytest.raises(StoryError, match=said):
            story.picture(f"pictures/{path}", **WORDS)


def test_a_picture_that_would_unpack_to_more_than_fits_is_refused():
    for width, height, said in ((40_000, 1, "40,000 pixels a side"), (12_000, 12_000, "exceeds limit")):
        content = saved(Image.new("1", (width, height)), "PNG")
        with pytest.raises(StoryError, match=said):
            photograph(content, "here")


def test_a_picture_that_changed_since_the_run_is_refused(project, monkeypatch):
    picture = story_in(project, monkeypatch).picture("pictures/The Gate.JPG", **WORDS)
    cell = new_code_cell("x", outputs=[new_output("execute_result", picture._repr_mimebundle_())])
    os.replace(project.notebooks / "pictures" / "The Gate.JPG", project.root / "moved.jpg")
    with pytest.raises(StoryError, match="changed while the story ran"):
        sample_story.make(project.root, extra=[cell])


@pytest.mark.slow
def test_a_picture_is_in_the_edition_its_manifest_its_archive_and_verified(warm):
    (warm.notebooks / "gate.jpg").write_bytes(with_metadata())
    path = warm.notebooks / "coffee.ipynb"
    stored = json.loads(path.read_text())
    source = f"import warnings\nprint('50%')\nwarnings.warn('careful')\nstory.picture('gate.jpg', **{WORDS!r})"
    code = {"cell_type": "code", "id": "gate", "metadata": {}, "source": source, "execution_count": None, "outputs": []}
    stored["cells"].append(code)
    path.write_text(json.dumps(stored))
    said = []
    edition = build(warm, progress=said.append)
    assert [line for line in said if line.startswith("left out")] == [
        f"left out of coffee: cell {len(stored['cells'])} (a print, a warning)"
    ]
    assert left_out_of_stories(warm) == [line for line in said if line.startswith("left out")]
    entry = stored_manifest(edition)["stories"]["coffee"]["pictures"]["gate"]
    assert entry["file"] == "notebooks/gate.jpg" and entry["licence"] == WORDS["licence"]
    assert b"SECRET" not in (edition / "coffee" / "pictures" / "gate-680.jpg").read_bytes()
    found = verify(warm, archive(warm, edition))
    assert found.holds and found.counts["picture"] == 1
    with zipfile.ZipFile(archive(warm, edition)) as packed:
        graph = json.loads(packed.read("ro-crate-metadata.json"))["@graph"]
    (image, *_) = [one for one in graph if one["@id"].startswith("edition/coffee/pictures/gate") and "sha256" in one]
    licence = next(one for one in graph if one["@id"] == image["license"]["@id"])
    assert (image["creditText"], licence["name"]) == (WORDS["credit"], WORDS["licence"])
