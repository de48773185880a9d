"""Photographs and scans as pages have them: in two widths, in sRGB, without the metadata of the camera."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

from toolkit.core.errors import StoryError

WIDTHS = (680, 1360)  # pixels: the column of text, and twice that for fine screens
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF")
LONGEST_SIDE = 30_000  # pixels
QUALITY = 82  # of JPEG
FEW_COLOURS = 256  # a drawing or a scan in black and white, which stays PNG


@dataclass(frozen=True)
class Photograph:
    """A picture's files by their width in pixels, their ending, and the size of the largest."""

    files: dict[int, bytes]
    ending: str
    width: int
    height: int


def photograph(content: bytes, where: str) -> Photograph:
    """The files of a picture, upright, no wider than it is; the same bytes for the same content.

    Raises StoryError that names `where` for what is no picture, is damaged, moves or is too large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = _opened(content, where)
        few = image.getcolors(FEW_COLOURS) is not None
        files = {width: _file(image, width, few) for width in sorted({min(width, image.width) for width in WIDTHS})}
    except StoryError:
        raise
    except Exception as error:  # Pillow raises what it happens upon in a damaged file
        raise StoryError(where, f"no picture that can be read: {error}", ", ".join(FORMATS), "save it again") from error
    largest = max(files)
    return Photograph(files, "png" if few else "jpg", largest, _height(image, largest))


def _opened(content: bytes, where: str) -> Image.Image:
    """The picture in RGB, on white where it is transparent."""
    image: Image.Image = Image.open(io.BytesIO(content), formats=FORMATS)
    if max(image.size) > LONGEST_SIDE:
        raise StoryError(where, f"{max(image.size):,} pixels a side", f"{LONGEST_SIDE:,} at most", "save it smaller")
    if getattr(image, "n_frames", 1) > 1:
        raise StoryError(where, "a picture of several frames or pages", "one picture", "save the one that is meant")
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "L", "CMYK"):
        source, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(image, source, srgb, outputMode="RGB") or image
    seen = image.convert("RGBA")
    plain = Image.new("RGB", seen.size, "white")  # a new image, so that the file's metadata is left behind
    plain.paste(seen, mask=seen.getchannel("A"))
    return plain


def _file(image: Image.Image, width: int, few: bool) -> bytes:
    made = io.BytesIO()
    sized = image if width == image.width else image.resize((width, _height(image, width)), Image.Resampling.LANCZOS)
    if few:
        sized.save(made, "PNG", optimize=True)
    else:
        sized.save(made, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return made.getvalue()


def _height(image: Image.Image, width: int) -> int:
    return max(1, round(image.height * width / image.width))
