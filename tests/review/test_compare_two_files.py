"""What a difference between two files is called, and what is none: as a reader, a screen reader or a browser has it."""

import base64
import gzip
import hashlib
import io
import struct
import zlib

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from PIL import Image, PngImagePlugin

from toolkit.review.compare_two_files import CRLF_LINES, difference, parts, written_otherwise

PAGE = """<!doctype html><html><head><title>A</title><meta name="description" content="b">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'"><style>p{color:red}</style></head><body>
<p id="one">Half of <a href="https://example.org/a">it</a></p><p hidden>c</p><img src="a.png" alt="A gate">
<svg><path d="M0,0h9v9h-9z"/><circle r="2"/><text x="1">35</text><desc>d</desc></svg>
<script type="application/ld+json">{"a":1}</script></body></html>"""


def told(name, old, new):
    found = difference(name, old.encode(), new.encode())
    return found and found.what


@pytest.mark.parametrize(
    "old, new, what",
    [
        ("Half", "All", "words"),
        ("example.org/a", "example.org/b", "a link"),
        ("<p hidden>c", "<p hidden>d", "a hidden sentence"),
        ("</body>", "<!-- d --></body>", "a hidden sentence"),
        ("</body>", '<p style="display:none">d</p></body>', "a hidden sentence"),
        ("</body>", "<script>d</script></body>", "a script"),
        ("<p hidden>", '<p hidden onclick="d">', "a script"),
        ("color:red", "color:blue", "a style"),
        ('<p id="one">', '<p id="one" class="d">', "a style"),
        ("default-src 'none'", "default-src *", "the policy of what a page may load"),
        ("a.png", "b.png", "a picture"),
        ("A gate", "A door", "words for screen readers (alternative text)"),
        ("<desc>d", "<desc>e", "words for screen readers (alternative text)"),
        ('content="b"', 'content="c"', "what search engines and shared links show"),
        ("<title>A", "<title>B", "the title of a page"),
        ("v9", "v8", "a bar"),
        ('r="2"', 'r="3"', "a dot"),
        (">35<", ">36<", "words in a drawing"),
        ('x="1"', 'x="2"', "where words stand in a drawing"),
        ("</svg>", "<foreignObject>d</foreignObject></svg>", "words laid over a drawing"),
        ('{"a":1}', '{"a":2}', "structured data"),
        ("</head>", '<base href="https://d.example/"></head>', "what a page loads"),
        ('id="one"', 'id="two"', "how an element is marked"),
        ("Half of", "Half\n  of", None),
        ('<img src="a.png" alt="A gate">', "<img  alt='A gate' src=a.png>", None),
        ("Half", "H&#97;lf", None),
        ('x="1"', 'x="1.00000000001"', None),
        ("Half", "Ha&#1;lf", "a hidden sentence"),
        ("</title>", "</ title>", "a tag that browsers read otherwise"),
        ("</a>", "</a\x0b>", "a tag that browsers read otherwise"),
        ('Policy" content=', 'Policy"\xa0content=', "a tag that browsers read otherwise"),
        ('Policy" content=', 'Policy" content==', "a tag that browsers read otherwise"),
        ('Policy" content=', 'Policy" content=\xa0', "a tag that browsers read otherwise"),
        ('one">', 'one"class="d">', "a tag that browsers read otherwise"),
        ("<p hidden>c</p>", "<p hidden>c</p><p/>", "an element"),
        (
            'name="description" content="b"',
            'name="description b" content=""',
            "what search engines and shared links show",
        ),
    ],
)
def test_a_part_of_a_page_has_a_readers_word(old, new, what):
    assert old in PAGE and told("a.html", PAGE, PAGE.replace(old, new)) == what


def test_a_difference_says_where_it_stands_and_what_one_file_alone_has():
    found = difference("a.html", PAGE.replace("</body>", '<img src="t.gif" alt=""></body>').encode(), PAGE.encode())
    assert (found.what, found.where, found.old, found.new) == (
        "a picture",
        "line 5, at #one",
        "<img> alt= src=t.gif",
        "",
    )


def test_a_policy_with_the_hash_of_a_style_is_as_the_style_is():
    policy = "style-src 'sha256-{}'; img-src data:"

    def page(style):
        sha = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        head = f'<meta http-equiv="Content-Security-Policy" content="{policy.format(sha)}">'
        return f"<html><head>{head}<style>{style}</style></head></html>"

    assert told("a.html", page("p{color:red}"), page("p{color:blue}")) == "a style"
    assert told("a.html", page("p{color:red}"), page("p{color:red}").replace("img-src data:", "img-src *")) == (
        "the policy of what a page may load"
    )


def test_an_address_that_browsers_end_elsewhere_is_another():
    page = PAGE.replace("org/a", "org/a?b=1&amp;c=2")
    assert told("a.html", page, page.replace("&amp;c", "&ampc")) == "a tag that browsers read otherwise"
    assert told("a.html", page, page.replace("&amp;c", "&#38;c")) is None


def test_a_policy_counts_where_it_stands_and_by_what_it_says():
    style = "p{color:red}"
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f'<meta http-equiv="Content-Security-Policy" content="style-src \'sha256-{digest}\'">'
    page = f"<html><head>{policy}<style>{style}</style></head></html>"
    assert told("a.html", page, f"<html><head><style>{style}</style>{policy}</head></html>")
    compared = parts("a.html", page.encode())[-1].content  # as if it said the words that stand for the hash
    said = compared.partition(" ")[2]
    assert told("a.html", page, page.replace(f"style-src 'sha256-{digest}'", said)) == (
        "the policy of what a page may load"
    )


@pytest.mark.parametrize(
    "name, old, new, what",
    [
        ("a.svg", '<svg viewBox="0 0 1 1"/>', '<svg viewbox="0 0 1 1"/>', "the frame of a drawing"),
        ("a.svg", "<svg/>", '<?xml-stylesheet href="d"?><svg/>', "a style"),
        ("a.svg", "<svg/>", '<!DOCTYPE svg [<!ENTITY d "e">]><svg/>', "the frame of a drawing"),
        ("a.svg", "<svg/>", "<svg>", "the frame of a drawing"),
        ("a.svg", '<svg width="1" height="2"/>', "<svg  height='2' width='1'></svg>", None),
        ("a.css", "p{color:red}", "p{color:red}q{}", "a style"),
        ("a.js", "a()", "b()\na()", "a script"),
        ("a.json", '{"a": 1, "b": [2]}', '{"b":[2],"a":1}', None),
        ("a.json", '{"a": 0.1234567890123}', '{"a": 0.1234567890124}', None),
        ("a.json", '{"a": 1234567890123}', '{"a": 1234567890124}', "a value"),
        ("a.json", '{"a": 1}', '{"a": 1, "a": 1}', "a list of keys"),
        ("a.json", '{"a": 1}', "{", "a list of keys"),
        ("a.csv", "a,b\n1,2\n", '"a","b"\n1,2\n', None),
        ("a.csv", "a,b\n1,2\n", "a,b\n1,3\n", "a row of a table"),
        ("a.csv", "a,b\n1,2\n", 'a,b\n"1,2"\n', "a row of a table"),
        ("a.bin", "a", "b", "a file"),
    ],
)
def test_other_files_are_compared_by_what_they_hold(name, old, new, what):
    assert told(name, old, new) == what


def test_only_in_a_drawing_does_a_slash_close_an_element():
    assert told("a.html", "<svg><path></path></svg>", "<svg><path/></svg>") is None
    for old in ("<p><button></button>a</p>", "<svg><desc><b></b></desc></svg>"):
        assert told("a.html", old, old.replace("></button>", "/>").replace("></b>", "/>")) == "an element"


def png(image, **options):
    made = io.BytesIO()
    image.save(made, "PNG", **options)
    return made.getvalue()


def test_a_picture_is_compared_by_its_pixels_and_all_that_it_holds_beside_them():
    image = Image.linear_gradient("L").resize((40, 40))
    plain, packed = png(image, compress_level=1), png(image, compress_level=9)
    assert plain != packed and difference("a.png", plain, packed) is None
    other = image.copy()
    other.putpixel((3, 3), 7)
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "a fraud")
    hidden = b"IDATmore"
    at = plain.rindex(b"IEND") - 4
    more = plain[:at] + struct.pack(">I", 4) + hidden + struct.pack(">I", zlib.crc32(hidden)) + plain[at:]
    torn = plain[:-1] + b"?"
    for changed in (png(other), png(image, pnginfo=words), plain + b"more", plain[:-20], b"", more, torn):
        assert difference("a.png", plain, changed).what == "a picture"
    assert written_otherwise("a.png", plain, packed).what == "how a picture is packed"


def font(letters):
    """A font in which each letter is a box as wide as it says, packed as WOFF2 in a style."""
    names = [".notdef", *letters]
    glyphs = {}
    for name, width in {".notdef": 10, **letters}.items():
        pen = TTGlyphPen(None)
        for place, point in enumerate([(0, 0), (0, 9), (width, 9), (width, 0)]):
            (pen.lineTo if place else pen.moveTo)(point)
        pen.closePath()
        glyphs[name] = pen.glyph()
    builder = FontBuilder(100, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): letter for letter in letters})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(names, (100, 0)))
    builder.setupHorizontalHeader()
    builder.setupPost()
    builder.font.recalcTimestamp = False
    builder.font["head"].modified = builder.font["head"].created = 0
    builder.font.flavor = "woff2"
    made = io.BytesIO()
    builder.save(made)
    return f"@font-face{{src:url(data:font/woff2;base64,{base64.b64encode(made.getvalue()).decode()})}}"


def test_a_font_in_which_digits_look_like_others_is_another_style():
    assert told("a.css", font({"a": 5, "b": 7}), font({"a": 5, "b": 7})) is None
    assert told("a.css", font({"a": 5, "b": 7}), font({"a": 7, "b": 5})) == "a style"


def test_a_font_that_browsers_refuse_or_that_holds_more_is_another_style():
    style = font({"a": 5})
    packed = style.partition("base64,")[2].rstrip(")}")
    content = base64.b64decode(packed)
    length, more = struct.pack(">I", 5), struct.pack(">II", len(content), 4)
    for changed in (
        content[:8] + length + content[12:],
        content[:40] + more + content[48:] + b"more",
        content[:8] + struct.pack(">I", len(content) + 4) + content[12:] + b"more",
        content + b"more",
        content[:16] + b"\xff" * 4 + content[20:],  # larger than a browser unpacks
    ):
        assert told("a.css", style, style.replace(packed, base64.b64encode(changed).decode())) == "a style"
    assert told("a.css", style, style.replace(packed, f"={packed}")) == "a style"
    digest = parts("a.css", style.encode())[1].content.partition(":font;")[2].rstrip(")}")
    assert told("a.css", style, style.replace(f"font/woff2;base64,{packed}", f"font;{digest}")) == "a style"


def test_line_endings_are_named_and_nothing_is_lost_in_a_text_that_is_no_utf8():
    assert written_otherwise("a.txt", b"a\r\nb", b"a\nb").what == CRLF_LINES
    assert [part.content for part in parts("a.txt", b"\xff")] != [part.content for part in parts("a.txt", b"\xfe")]


def page_with_packed(script, level=9, more=b""):
    packed = base64.b85encode(gzip.compress(script, level, mtime=0) + more).decode()
    return f'<script type="application/gzip" id="code">{packed}</script>'


def test_a_packed_script_is_compared_by_what_it_says():
    page = page_with_packed(b"let a = 1;" * 9)
    assert told("a.html", page, page_with_packed(b"let a = 1;" * 9, 1)) is None
    unpacked = '<script type="application/gzip" id="code">' + "let a = 1;" * 9 + "</script>"
    for other in (page_with_packed(b"let a = 2;" * 9), page_with_packed(b"let a = 1;" * 9, more=b"b()"), unpacked):
        assert told("a.html", page, other) == "a script"


def test_a_file_of_a_packed_script_is_compared_by_the_script():
    script = "const a = 1;\n" * 40

    def file(text, level):
        return f'run("{base64.b85encode(gzip.compress(text.encode(), level, mtime=0)).decode()}");\n'.encode()

    assert file(script, 1) != file(script, 9) and difference("vega.js", file(script, 1), file(script, 9)) is None
    for changed in (file(script + "b", 9), file(script, 9) + b"alert(1)", f"run({script})".encode(), script.encode()):
        assert difference("vega.js", file(script, 9), changed).what in ("a script", "a script that is packed")
