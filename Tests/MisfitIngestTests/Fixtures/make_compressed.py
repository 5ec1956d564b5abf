"""Writes the table of `table.csv.gz` as bzip2, xz, zstd, LZ4 and ZIP. Needs the program `zstd` and the package lz4."""

import bz2
import lzma
import pathlib
import subprocess
import zipfile

import lz4.frame

folder = pathlib.Path(__file__).parent
text = b"x,y\n1,2\n3,4\n"
(folder / "table.csv.bz2").write_bytes(bz2.compress(text))
(folder / "table.csv.xz").write_bytes(lzma.compress(text))
(folder / "table.csv.zst").write_bytes(subprocess.run(["zstd", "-c"], input=text, capture_output=True, check=True).stdout)
(folder / "table.csv.lz4").write_bytes(lz4.frame.compress(text, content_checksum=True))


def archive(name, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(folder / name, "w", compression) as file:
        for member, content in members.items():
            file.writestr(zipfile.ZipInfo(member, (2024, 1, 1, 0, 0, 0)), content, compression)


archive("table.csv.zip", {"data/": b"", "data/table.csv": text, "__MACOSX/data/._table.csv": b"\0\5\26\7"})
archive("stored.zip", {"table.csv": text}, zipfile.ZIP_STORED)
archive("two.zip", {"a.csv": text, "b.csv": b"x,y\n5,6\n7,8\n"})
archive("workbook.xlsx", {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
