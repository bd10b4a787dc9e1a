#!/usr/bin/env python3
"""The bill of materials of an installed tree, as SPDX 2.3 in JSON, on standard output.

usage: SOURCE_DATE_EPOCH=N tools/sbom.py TREE VERSION ARCH

Each file with its checksums; what is within the library besides its own sources; and what it is linked to when it runs,
which is not in the tree.
"""
import datetime
import hashlib
import json
import os
import sys
from pathlib import Path

NAMESPACE = "https://libmcpauth.invalid/spdx"
# name, version or None, licence, relationship of the library (or tools) to it, and why it is there
OTHERS = [
    ("swift-embedded-standard-library", "6.3", "Apache-2.0 WITH Swift-exception", "STATIC_LINK",
     "the parts of Embedded Swift's standard library that the engine uses, compiled into it"),
    ("jansson", None, "MIT", "DYNAMIC_LINK", "libjansson.so.4 of the system, for mcpauth-check and mcpauth-dev-issuer"),
    ("openssl", None, "Apache-2.0", "DYNAMIC_LINK", "libcrypto.so.3 of the system"),
    ("curl", None, "curl", "DYNAMIC_LINK", "libcurl.so.4 of the system"),
    ("libmicrohttpd", None, "LGPL-2.1-or-later", "DYNAMIC_LINK", "libmicrohttpd.so.12 of the system, for mcpauth-dev-issuer"),
    ("glibc", "2.34 or newer", "LGPL-2.1-or-later", "DYNAMIC_LINK", "of the system"),
]


def checksums(data):
    return [{"algorithm": name.upper(), "checksumValue": hashlib.new(name, data).hexdigest()} for name in ("sha1", "sha256")]


def described(number, path, tree):
    return {"SPDXID": f"SPDXRef-File-{number}", "fileName": f"./{path.relative_to(tree)}",
            "checksums": checksums(path.read_bytes()), "licenseConcluded": "MIT", "copyrightText": "2026 The libmcpauth authors"}


def package(name, version, licence, comment, **more):
    return {"SPDXID": f"SPDXRef-Package-{name}", "name": name, "downloadLocation": "NOASSERTION", "licenseConcluded": licence,
            "licenseDeclared": licence, "copyrightText": "NOASSERTION", "comment": comment, "filesAnalyzed": False,
            **({"versionInfo": version} if version else {}), **more}


def main(tree, version, arch):
    tree = Path(tree)
    files = [described(number, path, tree)
             for number, path in enumerate(sorted(path for path in tree.rglob("*") if path.is_file() and not path.is_symlink()))]
    # SPDX 2.3, 7.9: the SHA-1 of the files' sorted SHA-1s.
    code = hashlib.sha1("".join(sorted(file["checksums"][0]["checksumValue"] for file in files)).encode()).hexdigest()
    own = package("libmcpauth", version, "MIT", f"for Linux on {arch}", filesAnalyzed=True,
                  supplier="Organization: The libmcpauth authors",
                  packageVerificationCode={"packageVerificationCodeValue": code}, licenseInfoFromFiles=["MIT"],
                  externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                                 "referenceLocator": f"pkg:generic/libmcpauth@{version}?arch={arch}"}])
    own["copyrightText"] = "2026 The libmcpauth authors"
    relationships = [("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    relationships += [(own["SPDXID"], "CONTAINS", file["SPDXID"]) for file in files]
    relationships += [(own["SPDXID"], relation, f"SPDXRef-Package-{name}") for name, _, _, relation, _ in OTHERS]
    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.UTC)
    json.dump({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"libmcpauth-{version}-linux-{arch}",
        "documentNamespace": f"{NAMESPACE}/libmcpauth-{version}-linux-{arch}-{code}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": [f"Tool: libmcpauth-sbom-{version}"]},
        "packages": [own, *(package(name, at, licence, why) for name, at, licence, _, why in OTHERS)],
        "files": files,
        "relationships": [{"spdxElementId": of, "relationshipType": kind, "relatedSpdxElement": to}
                          for of, kind, to in relationships],
    }, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
