"""Makes what the fuzzer begins with: small models, and inputs for each target.

    python3 make_inputs.py models MISFIT      writes Models/, with the program MISFIT
    python3 make_inputs.py seeds FOLDER       writes FOLDER/TARGET/...
    python3 make_inputs.py unpack PACK FOLDER writes the inputs of a pack as files

The corpus in Corpus/ grew from these seeds by `.ci/fuzz`; the seeds are made again only where a format changes.
"""

import bz2, gzip, io, json, lzma, os, random, struct, subprocess, sys, zipfile, zlib

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.join(HERE, "Models")
# The order is that of ModelTarget.names: an input's first byte is an index.
NAMES = ["numeric-pca", "numeric-crowd", "numeric-neighbors", "numeric-local", "numeric-network", "typed-crowd",
         "typed-pca", "typed-network", "typed-local", "image-network"]
random.seed(1)


def numbers(count, low=0, high=255):
    return bytes(random.randrange(low, high) for _ in range(count))


def table(rows, separator=",", end="\n"):
    return end.join(separator.join(map(str, row)) for row in rows) + end


def make_models(misfit):
    os.makedirs(MODELS, exist_ok=True)
    rows = [["a", "b", "c"]]
    for _ in range(30):
        x = random.random()
        rows.append([round(x, 3), round(2 * x + random.random() / 50, 3), round(3 - x, 3)])
    open(f"{MODELS}/numeric.csv", "w").write(table(rows))
    rows = [["load", "color", "day", "flag"]]
    for i in range(30):
        load = "" if i == 7 else round(random.random() * 9, 2)
        rows.append([load, ["red", "green", "blue"][i % 3], f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}", "yes" if i % 4 else "no"])
    open(f"{MODELS}/typed.csv", "w").write(table(rows))
    open(f"{MODELS}/image.idx", "wb").write(idx((20, 8, 8), 8, numbers(20 * 64)))
    for name in NAMES:
        data, model = name.split("-")
        flags = ["--model", model]
        if model == "network":
            flags = ["--epochs", "2"] + (["--hidden", "2"] if data != "image" else
                                         ["--architecture", "conv 2 3 relu | pool 2 || up 2 | conv 1 3 sigmoid"])
        source = f"{MODELS}/{data}" + (".idx" if data == "image" else ".csv")
        subprocess.run([misfit, "fit", os.path.basename(source), "-q", "-o", f"{name}.misfit"] + flags, cwd=MODELS, check=True)
    for name in os.listdir(MODELS):
        if name.endswith(".training.csv"):
            os.remove(f"{MODELS}/{name}")


def idx(extents, code, data):
    return bytes([0, 0, code, len(extents)]) + b"".join(struct.pack(">I", n) for n in extents) + data


def npy(shape, kind, data, fortran=False, version=1):
    header = repr({"descr": kind, "fortran_order": fortran, "shape": tuple(shape)}).encode()
    size = 2 if version == 1 else 4
    header += b" " * (63 - (8 + size + len(header)) % 64) + b"\n"
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if size == 2 else "<I", len(header)) + header + data


def arrays():
    floats = struct.pack("<12f", *[random.random() for _ in range(12)])
    yield "f4", npy((4, 3), "<f4", floats)
    yield "f4v2", npy((4, 3), "<f4", floats, version=2)
    yield "f8f", npy((3, 2), "<f8", struct.pack("<6d", *range(6)), fortran=True)
    yield "f8f3", npy((2, 3, 2), ">f8", struct.pack(">12d", *range(12)), fortran=True)
    yield "u1", npy((2, 3, 3), "|u1", numbers(18))
    yield "b1", npy((2, 2), "|b1", b"\0\1\1\0")
    yield "i8", npy((3,), "<i8", struct.pack("<3q", -1, 0, 1 << 40))
    yield "f2", npy((2, 2), "<f2", struct.pack("<4e", 1, 2, 3, -4))
    yield "wide", npy((1, 10**9), "|u1", b"\0" * 100)
    yield "large", npy((2, 60000, 60000), "|u1", b"\0" * 100)


def images():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    def png(width, height, depth, color, raw, extra=b"", interlace=0):
        header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace)
        return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")

    for name, depth, color, byte_count in (("g8", 8, 0, 1), ("g16", 16, 0, 2), ("rgb", 8, 2, 3), ("rgba", 8, 6, 4), ("ga", 8, 4, 2), ("rgb16", 16, 2, 6)):
        yield name, png(4, 3, depth, color, b"".join(b"\0" + numbers(4 * byte_count) for _ in range(3)))
    yield "palette", png(4, 3, 8, 3, (b"\0" + b"\0\1\2\1") * 3, chunk(b"PLTE", bytes(9)) + chunk(b"tRNS", b"\0\x80"))
    yield "g1", png(8, 3, 1, 0, b"\0\xaa" * 3)
    yield "interlaced", png(2, 2, 8, 0, b"\0\1" + b"\0\1" + b"\0\1\2", interlace=1)
    yield "text", png(2, 2, 8, 0, b"\0\1\2" * 2, chunk(b"tEXt", b"Title\0hello") + chunk(b"gAMA", struct.pack(">I", 45455)))
    formats = os.path.join(HERE, "../MisfitImagesTests/Fixtures/formats")
    for name in sorted(os.listdir(formats)):
        yield name, open(os.path.join(formats, name), "rb").read()
    fixtures = os.path.join(HERE, "../MisfitImagesTests/Fixtures")
    for name in sorted(os.listdir(fixtures)):
        if name.endswith(".jpg") and os.path.getsize(f"{fixtures}/{name}") < 4000:
            yield name, open(f"{fixtures}/{name}", "rb").read()


def texts():
    rows = [["a", "b", "c"]] + [[i, round(random.random(), 3), "xyz"[i % 3]] for i in range(12)]
    dates = [["id", "date", "v", "flag"]] + [[f"r{i}", f"2007-{i + 1:02d}-11", i * 1.5, "yes" if i % 2 else "no"] for i in range(12)]
    return {
        "plain": table(rows), "semicolon": table([["a", "b"], ["1,5", "2,25"], ["3,5", "4,0"], ["5,1", "1,1"]], ";"),
        "numbers": table([[1, 2, 3], [4, 5, 6], [7, 8, 9.5], [1e5, 2, -3]]), "tab": table(rows, "\t"), "bar": table(rows, "|"),
        "space": "1 2  3\n4 5 6\n7  8 9\n", "quoted": 'a,b\n"x,1","say ""hi"""\n"multi\nline",2\n3,4\n',
        "mark": "\ufeffa,b\n1,2\n3,4\n5,6\n", "crlf": table(rows, ",", "\r\n"), "one": "x\n1\n\n2\n3\n", "cr": "a,b\r1,2\r3,4\r",
        "missing": "a,b,c\n1,,NA\n?,2,3\nnull,4,5\n6,7,NaN\n", "dates": table(dates),
        "times": 'when,b\n30 Nov 2007 14:30,1\n"November 30, 2007",2\n30.11.2007,3\n11/30/2007,4\n',
        "large": "a,b\n1e308,1e-308\n-1e308,4.9e-324\n123456789012345678901234567890,0.1\n", "excel": "sep=;\na;b\n1;2\n3;4\n",
        "thousands": 'a;b\n"1.234,5";2\n"2.345,6";3\n"3.456,7";4\n', "money": "a,b\n$1.5,10%\n$2.5,20%\n(3.5),30%\n",
        "years": "2001,2002,2003\n1,2,3\n4,5,6\n", "codes": "k,v\n007,1\n008,2\n009,3\n", "wide": "c," * 300 + "c\n" + "1," * 300 + "1\n",
        "json": '{"a": 1, "b": "x"}\n{"a": 2, "b": "y"}\n{"a": null, "c": [1]}\n', "array": '[{"a": 1}, {"a": 2.5}, {"a": "\\u00e9"}]\n',
        "latin": "a,b\nM\xfcller,1\nMeyer,2\n",
    }


def changed_models():
    """Descriptions of models with one value replaced, put twice, or left out."""
    values = [-1, 0, 1, 2, 1000, 2**31, 2**50, 2**62, 2**63 - 1, -2**63, 0.5, 1e308, -1e308, 1e-320, None, True, "", "x", [], {}, [0]]

    def paths(tree, path=()):
        if path:
            yield path
        if isinstance(tree, dict):
            for key in tree:
                yield from paths(tree[key], path + (key,))
        elif isinstance(tree, list):
            for index in sorted({0, len(tree) - 1} & set(range(len(tree)))):
                yield from paths(tree[index], path + (index,))

    def change(tree, path, value):
        tree = dict(tree) if isinstance(tree, dict) else list(tree)
        if len(path) == 1 and value is changed_models:
            del tree[path[0]]
        else:
            tree[path[0]] = value if len(path) == 1 else change(tree[path[0]], path[1:], value)
        return tree

    for index, name in enumerate(NAMES):
        content = open(f"{MODELS}/{name}.misfit", "rb").read()
        length = struct.unpack("<Q", content[:8])[0]
        model = json.loads(json.loads(content[8:8 + length])["__metadata__"]["misfit.model"])
        yield index, model
        for path in paths(model):
            for value in random.sample(values, 4) + [changed_models]:
                yield index, change(model, path, value)


ARCHITECTURES = [
    "dense 16 relu | dense 4 || dense 16 relu | dense 8", "conv 16 3 relu | pool 2 || up 2 | conv 1 3 sigmoid",
    "conv 8 3x5 s2 valid relu | norm | flatten | dense 4 || dense 49 | reshape 7 7 1 | deconv 4 3 s4 same | conv 1 3",
    "dropout 0.3 | dense 2 tied || dense 8", "dense 3 || dense 8 tied", "avgpool 2 s1 same || up 2x2 | conv 1 3 sigmoid",
    "up 500 | pool 500 || conv 1 3", "conv 4 3 relu | pool 2 || up 2 | concat 1 | conv 1 3 | add input sigmoid",
    "dense 4 | dense 4 | add 1 relu || concat input | dense 8 | concat 9", "conv 3 3 | norm relu | pool 2x2 s2 || deconv 3 3 s2 | conv 3 3"]
JSON = ['{"a": {"b": 1, "c": [1, 2]}, "d": true}\n{"a": {"b": 2}, "d": false}\n', '{"rows": [{"x": 1}, {"x": 2}]}',
        '[{"a": -1.5e-3, "b": null},\n {"b": "\\u00fc\\n\\ud83d\\ude00", "a": 1e400}]', '\ufeff{"a":1}\r\n{"a":2}\r\n',
        '[[1, 2], [3, 4]]', '{"a": "x, y", "b": "say \\"hi\\""}\n\n{"b": "z"}\n', '{"a":1}{"a":2}', '[{"a":1},', '{"": 1, "a": 1, "a": 2}\n']
LINES = [
    "data.csv -o out/ --label x", "--version", "train.csv -o m.misfit --hidden 16,4 --epochs 50 --noise gaussian:0.5 --sparse kl:0.1:0.05",
    "m d --quantile 0.99", "d --type a=numeric", "m d -o p/", "m d --alpha 0.01 --reasons 3 --fail-on-anomaly", "m d --top=20 --smallest",
    "m d -o o -n5", "a b c --hidden 2 --hidden 2,2 --against z", "m d", "m d -o x.npy", "a b --label k",
    "mnist --to x --from http://x/", "random:10x3 --seed 42", "-o p --data d"]
LONG = ("train.csv --resize 64x48 --tile 64 --tile-stride 32 --memory-limit 256M --contaminated auto --components 0.95 --validation 0.1 "
        "--delimiter tab --missing-values a,b --architecture dense --threads 2")
CELLS = ["2007-11-30", "30 Nov 2007 14:30:15.5", "November 30, 2007, 2:30 PM +02:00", "11/30/2007T23:59Z", "Mon, 30-Nov-07", "1.5e-3",
         "123456789012345678901234567890.5", "0x1p3", "-.5", "1,5", "yes", "1.0", "256MiB", "1.5G", "random:10x3:7", "20240131", "12:30", "2024-Q1"]


def arrows():
    """Small Arrow files and streams, by pyarrow if it is installed: a type each, and what surrounds it."""
    try:
        import pyarrow as pa, pyarrow.ipc as ipc
    except ImportError:
        print("no pyarrow: no seeds for arrow", file=sys.stderr)
        return {}
    import datetime, decimal
    rows, day = range(5), datetime.datetime(2024, 2, 28, 23, 59, 58)
    columns = {
        "i8": pa.array(rows, pa.int8()), "u64": pa.array(rows, pa.uint64()), "half": pa.array([i / 2 for i in rows], pa.float16()),
        "double": pa.array([i / 3 if i else None for i in rows]), "bool": pa.array([i > 2 for i in rows]), "null": pa.nulls(5),
        "text": pa.array(["a", "", None, "x,y", "z"]), "large": pa.array(["a" * i for i in rows], pa.large_string()),
        "view": pa.array(["a" * 5 * i for i in rows], pa.string_view()),
        "date": pa.array([day.date()] * 5), "zone": pa.array([day] * 5, pa.timestamp("ns", tz="UTC")),
        "time": pa.array([day.time()] * 5, pa.time32("s")), "decimal": pa.array([decimal.Decimal(i) / 100 for i in rows], pa.decimal256(9, 2)),
        "words": pa.array(["a", "b", "a", None, "c"]).dictionary_encode(), "lists": pa.array([[i, 2.5] for i in rows], pa.list_(pa.float64(), 2)),
        "other": pa.array([[1], [], None, [2], [3]]), "structure": pa.array([{"a": 1, "b": [2]}] * 5),
    }
    pairs = {name: {name: column} for name, column in columns.items()}
    pairs["pair"] = {name: columns[name] for name in ("double", "words", "view")}
    found = {}
    for name, pair in pairs.items():
        table = pa.table(pair)
        for number, (new, options) in enumerate([(ipc.new_stream, {}), (ipc.new_file, {"compression": "lz4"}),
                                                 (ipc.new_stream, {"compression": "zstd", "emit_dictionary_deltas": True})]):
            sink = io.BytesIO()
            with new(sink, table.schema, options=ipc.IpcWriteOptions(**options)) as writer:
                writer.write_table(table, max_chunksize=3)
            found[f"{name}{number}"] = sink.getvalue()
    return found


def seeds(folder):
    def write(target, name, content):
        os.makedirs(f"{folder}/{target}", exist_ok=True)
        open(f"{folder}/{target}/{name}", "wb").write(content)

    for name, text in texts().items():
        content = text.encode("latin-1" if name == "latin" else "utf-8")
        write("csv", name, b"\0" + content)
        write("compressed", name, gzip.compress(content, mtime=0))
        write("compressed", name + "b", bz2.compress(content))
        write("compressed", name + "x", lzma.compress(content))
        write("fit", name, bytes([len(name)]) + content)
    for name, content in arrows().items():
        write("arrow", name, content)
    write("compressed", "two", gzip.compress(b"a,b\n1,2\n", mtime=0) + gzip.compress(b"3,4\n5,6\n", mtime=0) + b"\0\0")
    lines = open(f"{MODELS}/typed.csv", "rb").read().split(b"\n")
    write("typed", "some", b"\n".join(lines[:12]) + b"\n")
    write("typed", "few", b"\n".join(lines[:1] + lines[20:22]) + b"\n")
    for name, content in list(arrays()) + [("idx8", idx((4, 3, 3), 8, numbers(36))), ("idx11", idx((5,), 11, numbers(10))),
                                           ("idx13", idx((3, 2), 13, struct.pack(">6f", *range(6)))), ("idxwide", idx((1, 2**32 - 1), 8, bytes(50)))]:
        write("array", name, content)
        write("array", name + "z", gzip.compress(content, mtime=0))
        write("compressed", name, gzip.compress(content, mtime=0))
    for name, content in arrays():
        for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            stream = io.BytesIO()
            with zipfile.ZipFile(stream, "w", method) as archive:
                archive.writestr(zipfile.ZipInfo("X.npy"), content, method)
                archive.writestr(zipfile.ZipInfo("y.npy"), npy((2,), "|u1", b"\0\1"), method)
            write("archive", f"{name}{method}", stream.getvalue())
    for name, content in images():
        write("image", name, content)
    for name, text in texts().items():
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("t.csv"), text, zipfile.ZIP_DEFLATED)
        write("archive", "t" + name, stream.getvalue())
    for index, (model, description) in enumerate(changed_models()):
        write("model", f"{index:05d}", bytes([model]) + json.dumps(description).encode())
    for name in NAMES:
        write("file", name, open(f"{MODELS}/{name}.misfit", "rb").read())
    for index, text in enumerate(ARCHITECTURES):
        for shape in range(4):
            write("architecture", f"{index}-{shape}", bytes([shape]) + text.encode())
    for index, line in enumerate(LINES + [LONG]):
        write("arguments", str(index), bytes([index if index < 16 else 2]) + "\n".join(line.split(" ")).encode())
    for name in ("json", "array"):
        write("json", name, texts()[name].encode())
    for index, text in enumerate(JSON):
        write("json", str(index), text.encode())
    for index, text in enumerate(["a.csv\n*.csv", "part-01.csv\npart-[0-9]?.*", "x\n[!a-c]"]):
        write("cell", f"pattern{index}", bytes([5]) + text.encode())
    for index, text in enumerate(CELLS):
        for kind in range(7):
            write("cell", f"{index}-{kind}", bytes([kind]) + text.encode())


def unpack(pack, folder):
    os.makedirs(folder, exist_ok=True)
    content, start, index = open(pack, "rb").read(), 0, 0
    while start < len(content):
        end = start + 4 + struct.unpack_from("<I", content, start)[0]
        open(f"{folder}/{index:05d}", "wb").write(content[start + 4:end])
        start, index = end, index + 1


if __name__ == "__main__" and len(sys.argv) == 4 and sys.argv[1] == "unpack":
    unpack(*sys.argv[2:])
elif __name__ == "__main__" and len(sys.argv) == 3:
    {"models": make_models, "seeds": seeds}[sys.argv[1]](sys.argv[2])
else:
    sys.exit(__doc__)
