"""Small workbooks of one sheet S, as OpenDocument, as binary Excel and as Excel of before 2007, written by hand.

`cells` are (row, column, text), sorted, counted from 0.
"""

import struct
import zipfile
from pathlib import Path

Cells = list[tuple[int, int, str]]
NONE, END = 0xFFFFFFFF, 0xFFFFFFFE
OPEN = "urn:oasis:names:tc:opendocument:xmlns"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def ods(path: Path, cells: Cells) -> None:
    rows, last = "", -1
    for row in sorted({row for row, _, _ in cells}):
        if row > last + 1:
            rows += (
                f'<table:table-row table:number-rows-repeated="{row - last - 1}"><table:table-cell/></table:table-row>'
            )
        at, inside = 0, ""
        for column, text in [(column, text) for one, column, text in cells if one == row]:
            if column > at:
                inside += f'<table:table-cell table:number-columns-repeated="{column - at}"/>'
            inside += f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
            at = column + 1
        rows, last = f"{rows}<table:table-row>{inside}</table:table-row>", row
    names = " ".join(f'xmlns:{one}="{OPEN}:{one}:1.0"' for one in ("office", "table", "text"))
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", kind)
        made.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{OPEN}:manifest:1.0">'
            f'<m:file-entry m:full-path="/" m:media-type="{kind}"/></m:manifest>',
        )
        made.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="S">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )


def xlsb(path: Path, cells: Cells) -> None:
    book = _record(131) + _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S"))
    ends = (max(row for row, _, _ in cells), 0, max(column for _, column, _ in cells))
    sheet, last = _record(129) + _record(148, struct.pack("<IIII", 0, *ends)) + _record(145), -1
    for row, column, text in cells:
        if row != last:
            sheet += _record(0, struct.pack("<I", row) + bytes(13))
        sheet, last = sheet + _record(6, struct.pack("<II", column, 0) + _wide(text)), row
    links = '<Relationships xmlns="{}/relationships"><Relationship Id="rId1" Type="{}/{}" Target="{}"/></Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", f'<Types xmlns="{PACKAGE}/content-types"/>')
        made.writestr("_rels/.rels", links.format(PACKAGE, OFFICE, "officeDocument", "xl/workbook.bin"))
        made.writestr("xl/_rels/workbook.bin.rels", links.format(PACKAGE, OFFICE, "worksheet", "worksheets/sheet1.bin"))
        made.writestr("xl/workbook.bin", book + _record(144) + _record(132))
        made.writestr("xl/worksheets/sheet1.bin", sheet + _record(146) + _record(130))


def _record(kind: int, data: bytes = b"") -> bytes:
    head, length = bytes([kind] if kind < 128 else [kind & 127 | 128, kind >> 7]), len(data)
    while length >= 128:
        head, length = head + bytes([length & 127 | 128]), length >> 7
    return head + bytes([length]) + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xls(path: Path, cells: Cells) -> None:
    book = _workbook(cells)
    book += bytes(max(4096, -(-len(book) // 512) * 512) - len(book))
    sectors = len(book) // 512
    table = [0xFFFFFFFD, END, *range(3, sectors + 2), END]  # of the table itself, the folder, and the stream
    folder = _entry("Root Entry", 5, END, 0, 1) + _entry("Workbook", 2, 2, len(book)) + bytes(256)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<10I", 0, 1, 1, 0, 4096, END, 0, END, 0, 0) + struct.pack("<I", NONE) * 108
    path.write_bytes(head + struct.pack("<128I", *table, *[NONE] * (128 - len(table))) + folder + book)


def _workbook(cells: Cells) -> bytes:
    def globals_(start: int) -> bytes:
        name = struct.pack("<IBBBB", start, 0, 0, 1, 0) + b"S"
        return _old(0x809, struct.pack("<HHII", 0x600, 5, 0, 0)) + _old(0x42, b"\xb0\x04") + _old(0x85, name) + _old(10)

    ends = (max(row for row, _, _ in cells) + 1, 0, min(65_534, max(column for _, column, _ in cells)) + 1, 0)
    sheet = _old(0x809, struct.pack("<HHII", 0x600, 16, 0, 0)) + _old(0x200, struct.pack("<IIHHH", 0, *ends))
    for row, column, text in cells:
        sheet += _old(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 0) + text.encode())
    return globals_(len(globals_(0))) + sheet + _old(10)


def _old(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _entry(name: str, kind: int, start: int, size: int, child: int = NONE) -> bytes:
    letters = name.encode("utf-16-le") + bytes(2)
    links = struct.pack("<HBBIII", len(letters), kind, 1, NONE, NONE, child)
    return letters.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
