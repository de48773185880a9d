"""Compressed text in a page, which its script decompresses: for long data that is not there to be read."""

import base64

import deflate

LEVEL = 10  # of libdeflate: 12, its best, takes three times as long for a hundredth fewer bytes


def packed(text: str, level: int = LEVEL) -> str:
    """The text in base 85 of gzip, for `<script type="application/gzip">`, which `toolkit verify` unpacks."""
    return base64.b85encode(deflate.gzip_compress(text.encode(), level)).decode()
