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
import shutil
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
    subprocess.run(command, check=True, stdout=sys.stderr)
    folder = _output([*command, "--show-bin-path"]).strip()
    if sys.platform == "darwin":
        return os.path.join(folder, "libmisfit-c.dylib")
    return _linked(folder)


def _linked(folder: str) -> str:
    """Links the objects of a release build again, with Swift inside, and returns the path of the library.

    A build of its own with such flags would compile everything a second time.
    """
    path = os.path.join(folder, "libmisfit.so")
    objects = os.path.join(folder, "misfit-c.product", "Objects.LinkFileList")
    # Only the C interface is visible, so that all else that is not used is left out.
    options = [
        f"--version-script={os.path.join(HERE, 'exports.map')}",
        "--gc-sections",
        "-s",
        "-z",
        "defs",
    ]
    if _linker():
        options.append(os.path.join(HERE, "sections.ld"))
        if platform.libc_ver() >= ("glibc", "2.36"):
            options += ["-z", "pack-relative-relocs"]
    command = ["swiftc", "-emit-library", "-static-stdlib", "-o", path, f"@{objects}", *_linker()]
    # Of FoundationEssentials, whose module names its static parts only where all is compiled for them.
    command += [
        f"-L{_static_libraries()}",
        "-l_FoundationCShims",
        "-l_FoundationCollections",
        "-lz",
        "-ldl",
    ]
    command += [word for option in options for word in ("-Xlinker", option)]
    # The objects have paths relative to the package, or absolute ones.
    subprocess.run(command, check=True, stdout=sys.stderr, cwd=ROOT)
    return path


def _linker() -> list[str]:
    """Returns the option for LLVM's linker, which makes smaller libraries, if the toolchain has it."""
    return ["-use-ld=lld"] if shutil.which("ld.lld") or _in_toolchain("ld.lld") else []


def _in_toolchain(program: str) -> bool:
    return os.path.exists(os.path.join(os.path.dirname(os.path.realpath(_which("swiftc"))), program))


def _which(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise SystemExit(f"{program} is not on the path: install Swift, https://www.swift.org/install")
    return found


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _static_libraries() -> str:
    """Returns the folder of the toolchain with the static libraries of Swift."""
    import json

    paths = json.loads(_output(["swiftc", "-print-target-info"]))["paths"]
    return os.path.join(os.path.dirname(paths["runtimeResourcePath"]), "swift_static", "linux")


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings=None) -> str:
    folder = f"misfit_analytics-{version()}.dist-info"
    os.makedirs(os.path.join(metadata_directory, folder))
    for file, text in _information().items():
        with open(os.path.join(metadata_directory, folder, file), "w", encoding="utf-8") as target:
            target.write(text)
    return folder


def _information() -> dict[str, str]:
    """Returns the files that describe the wheel."""
    with open(os.path.join(ROOT, "LICENSE"), encoding="utf-8") as file:
        license = file.read()
    wheel = f"Wheel-Version: 1.0\nGenerator: misfit\nRoot-Is-Purelib: false\nTag: {tag()}\n"
    return {"METADATA": _metadata(), "LICENSE": license, "WHEEL": wheel}


def build_wheel(wheel_directory: str, config_settings=None, metadata_directory=None) -> str:
    name = f"misfit_analytics-{version()}-{tag()}.whl"
    information = f"misfit_analytics-{version()}.dist-info"
    shared = "libmisfit.dylib" if sys.platform == "darwin" else "libmisfit.so"
    files: list[tuple[str, bytes]] = []
    package = os.path.join(HERE, "misfit")
    for file in sorted(os.listdir(package)):
        if file.endswith((".py", ".pyi", ".typed")):
            files.append((f"misfit/{file}", _bytes(os.path.join(package, file))))
    files.append((f"misfit/{shared}", _bytes(library())))
    header = os.path.join(ROOT, "Sources", "CMisfit", "include", "misfit.h")
    files.append(("misfit/misfit.h", _bytes(header)))
    for file, text in _information().items():
        files.append((f"{information}/{file}", text.encode()))
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


def _onednn_versions() -> str:
    """Returns the versions of PyPI's wheels of oneDNN that have the interface which the library is built for."""
    for folder in ("/usr/include", "/usr/local/include"):
        path = os.path.join(folder, "oneapi", "dnnl", "dnnl_version.h")
        if os.path.exists(path) and re.search(rb"DNNL_VERSION_MAJOR 2\b", _bytes(path)):
            return ">=2022.2,<2023"
    return ">=2023"


def _metadata() -> str:
    with open(os.path.join(HERE, "README.md"), encoding="utf-8") as file:
        page = file.read()
    return f"""Metadata-Version: 2.1
Name: misfit-analytics
Version: {version()}
Summary: Anomaly detection for tables and images
License: Apache-2.0
Keywords: anomaly detection,outlier detection,autoencoder,explanations
Classifier: License :: OSI Approved :: Apache Software License
Classifier: Programming Language :: Python :: 3
Classifier: Topic :: Scientific/Engineering :: Artificial Intelligence
Classifier: Typing :: Typed
Requires-Python: >=3.9
Provides-Extra: sklearn
Requires-Dist: scikit-learn>=1.6; extra == "sklearn"
Provides-Extra: spark
Requires-Dist: pyspark[sql]>=3.5; extra == "spark"
Provides-Extra: ray
Requires-Dist: ray[data]>=2.40; extra == "ray"
Requires-Dist: pyarrow>=15; extra == "ray"
Provides-Extra: dask
Requires-Dist: dask[dataframe]>=2024.3; extra == "dask"
Requires-Dist: pyarrow>=15; extra == "dask"
Provides-Extra: onednn
Requires-Dist: onednn-cpu-gomp{_onednn_versions()}; platform_machine == "x86_64" and extra == "onednn"
Description-Content-Type: text/markdown

{page}"""


if __name__ == "__main__":
    print(build_wheel(sys.argv[1] if len(sys.argv) > 1 else "."))
