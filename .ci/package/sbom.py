"""Prints the SPDX 2.3 document of the packages: sbom.py VERSION PROGRAM FOLDER.

It lists the files of FOLDER, the code that is inside the program, and the libraries that it opens.
"""

import datetime
import hashlib
import json
import os
import subprocess
import sys

version, program, folder = sys.argv[1:]
epoch = int(os.environ["SOURCE_DATE_EPOCH"])
created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
swift = subprocess.run(["swiftc", "--version"], capture_output=True, text=True, check=True).stdout
swift_version = swift.split("Swift version ")[1].split()[0]


def checksum(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def package(name: str, license: str, supplier: str, **more: object) -> dict:
    return {
        "SPDXID": "SPDXRef-" + name,
        "name": name,
        "supplier": supplier,
        "downloadLocation": "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": license,
        "licenseDeclared": license,
        "copyrightText": "NOASSERTION",
        **more,
    }


digest = checksum(program)
packages = [
    package(
        "misfit",
        "Apache-2.0",
        "Organization: The authors of Misfit",
        versionInfo=version,
        checksums=[{"algorithm": "SHA256", "checksumValue": digest}],
        primaryPackagePurpose="APPLICATION",
    )
]
relationships = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-misfit")]

for name, license, supplier, purpose in [
    ("swift-runtime", "Apache-2.0 WITH Swift-exception", "Organization: Swift project", swift_version),
    ("scikit-learn-data", "BSD-3-Clause", "Organization: scikit-learn developers", None),
]:
    packages.append(package(name, license, supplier, **({"versionInfo": purpose} if purpose else {})))
    relationships.append(("SPDXRef-misfit", "CONTAINS", "SPDXRef-" + name))

for name, license in [
    ("zlib", "Zlib"),
    ("onednn", "Apache-2.0"),
    ("libpng", "libpng-2.0"),
    ("libjpeg-turbo", "IJG AND BSD-3-Clause AND Zlib"),
    ("cairo", "LGPL-2.1-only OR MPL-1.1"),
]:
    packages.append(package(name, license, "NOASSERTION"))
    # zlib is linked, the others are opened when they are first needed.
    if name == "zlib":
        relationships.append(("SPDXRef-misfit", "DYNAMIC_LINK", "SPDXRef-" + name))
    else:
        relationships.append(("SPDXRef-" + name, "OPTIONAL_DEPENDENCY_OF", "SPDXRef-misfit"))

for index, file in enumerate(sorted(os.listdir(folder))):
    if not file.endswith((".deb", ".tar.gz")):
        continue
    identifier = f"archive-{index}"
    archive = package(
        identifier,
        "Apache-2.0",
        "Organization: The authors of Misfit",
        versionInfo=version,
        packageFileName=file,
        checksums=[{"algorithm": "SHA256", "checksumValue": checksum(os.path.join(folder, file))}],
        primaryPackagePurpose="ARCHIVE",
    )
    packages.append(archive)
    relationships.append((f"SPDXRef-{identifier}", "CONTAINS", "SPDXRef-misfit"))
    relationships.append(("SPDXRef-DOCUMENT", "DESCRIBES", f"SPDXRef-{identifier}"))

document = {
    "spdxVersion": "SPDX-2.3",
    "dataLicense": "CC0-1.0",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": f"misfit-{version}",
    "documentNamespace": f"https://spdx.org/spdxdocs/misfit-{version}-{digest}",
    "creationInfo": {"created": created, "creators": ["Tool: misfit-sbom"]},
    "packages": packages,
    "relationships": [
        {"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b} for a, kind, b in relationships
    ],
}
json.dump(document, sys.stdout, indent=1)
print()
