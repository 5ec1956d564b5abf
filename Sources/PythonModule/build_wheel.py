"""Builds the wheel: the Python files, and the library as a single file that needs no Swift beside it.

    pip wheel --no-deps --no-build-isolation Sources/PythonModule

MISFIT_LIBRARY names a library that is built already. The functions are those that pip expects of a backend
(PEP 517).
"""

from __future__ import annotations

import base64
import hashlib
import os
import platform
import re
import subprocess
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BYTE_LIMIT = 20_000_000


def version() -> str:
    with open(
        os.path.join(ROOT, "Sources", "MisfitCore", "LibraryVersion.swift"), encoding="utf-8"
    ) as file:
        return re.search(r'current = "([^"]+)"', file.read()).group(1)


def tag() -> str:
    """Returns the tag of the wheel: any Python 3, and the system that the library is built on."""
    machine = platform.machine().lower()
    if sys.platform == "darwin":
        return f"py3-none-macosx_{platform.mac_ver()[0].split('.')[0]}_0_{machine}"
    name, number = platform.libc_ver()
    if name == "glibc":
        return f"py3-none-manylinux_{number.replace('.', '_')}_{machine}"
    return f"py3-none-linux_{machine}"


def library() -> str:
    """Returns the path of the library, which is built unless MISFIT_LIBRARY names one."""
    given = os.environ.get("MISFIT_LIBRARY")
    if given:
        return given
    command = ["swift", "build", "-c", "release", "--product", "misfit-c", "--package-path", ROOT]
    command += ["--scratch-path", os.path.join(ROOT, ".build", "wheel")]
    if sys.platform != "darwin":
        command += ["-Xswiftc", "-static-stdlib", "-Xlinker", f"-L{_static_libraries()}"]
        # Only the C interface is visible, so that all else that is not used is left out.
        command += [
            "-Xlinker",
            f"--version-script={os.path.join(HERE, 'exports.map')}",
            "-Xlinker",
            "--gc-sections",
        ]
        command += ["-Xlinker", "-s"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    folder = subprocess.run(
        [*command, "--show-bin-path"], check=True, capture_output=True, text=True
    ).stdout
    suffix = "dylib" if sys.platform == "darwin" else "so"
    return os.path.join(folder.strip(), f"libmisfit-c.{suffix}")


def _static_libraries() -> str:
    """Returns the folder of the toolchain with the static libraries of Swift."""
    import json

    text = subprocess.run(
        ["swiftc", "-print-target-info"], check=True, capture_output=True, text=True
    ).stdout
    return os.path.join(
        os.path.dirname(json.loads(text)["paths"]["runtimeResourcePath"]), "swift_static", "linux"
    )


def build_wheel(wheel_directory: str, config_settings=None, metadata_directory=None) -> str:
    name = f"misfit_analytics-{version()}-{tag()}.whl"
    information = f"misfit_analytics-{version()}.dist-info"
    shared = "libmisfit.dylib" if sys.platform == "darwin" else "libmisfit.so"
    files: list[tuple[str, bytes]] = []
    package = os.path.join(HERE, "misfit")
    for file in sorted(os.listdir(package)):
        if file.endswith((".py", ".typed")):
            files.append((f"misfit/{file}", _bytes(os.path.join(package, file))))
    files.append((f"misfit/{shared}", _bytes(library())))
    header = os.path.join(ROOT, "Sources", "CMisfit", "include", "misfit.h")
    files.append(("misfit/misfit.h", _bytes(header)))
    files.append((f"{information}/METADATA", _metadata().encode()))
    files.append((f"{information}/LICENSE", _bytes(os.path.join(ROOT, "LICENSE"))))
    files.append(
        (
            f"{information}/WHEEL",
            f"Wheel-Version: 1.0\nGenerator: misfit\nRoot-Is-Purelib: false\nTag: {tag()}\n".encode(),
        )
    )
    lines = []
    path = os.path.join(wheel_directory, name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as wheel:
        for file, content in files:
            digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            lines.append(f"{file},sha256={digest},{len(content)}")
            _add(wheel, file, content)
        lines.append(f"{information}/RECORD,,")
        _add(wheel, f"{information}/RECORD", ("\n".join(lines) + "\n").encode())
    if os.path.getsize(path) > BYTE_LIMIT:
        raise SystemExit(
            f"{name} has {os.path.getsize(path):,} bytes, and at most {BYTE_LIMIT:,} are wanted"
        )
    return name


def _add(wheel: zipfile.ZipFile, name: str, content: bytes) -> None:
    # The same time in every build, so that the same sources make the same wheel.
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    wheel.writestr(entry, content)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _metadata() -> str:
    return (
        f"Metadata-Version: 2.1\nName: misfit-analytics\nVersion: {version()}\n"
        "Summary: Anomaly detection for tables and images\nRequires-Python: >=3.9\n"
    )


if __name__ == "__main__":
    print(build_wheel(sys.argv[1] if len(sys.argv) > 1 else "."))
