"""The software bill of materials of a build, as CycloneDX 1.5 in JSON.

Usage: deploy/sbom.py > sbom.cdx.json   (from the repository's folder, after a build)

Swift packages are those of Package.resolved, and each one's licence is looked for in its own files.
Libraries of the system are those of the packages that are installed here: the program is linked to
them at run time, so that a machine with others runs with others.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

# Beside Apache-2.0: what stands in the packages' own files.
PACKAGES = {
    "swift-argument-parser": "Apache-2.0 WITH Swift-exception",
    "swift-asn1": "Apache-2.0",
    "swift-atomics": "Apache-2.0 WITH Swift-exception",
    "swift-collections": "Apache-2.0 WITH Swift-exception",
    "swift-crypto": "Apache-2.0",
    "swift-nio": "Apache-2.0",
    "swift-numerics": "Apache-2.0 WITH Swift-exception",
    "swift-system": "Apache-2.0 WITH Swift-exception",
    "yams": "MIT",
}
SIGNS = {
    "Apache-2.0": "Apache License",
    "Apache-2.0 WITH Swift-exception": "Runtime Library Exception",
    "MIT": "MIT License",
}
# Debian's package, its licence, and what it is to the program.
SYSTEM = [
    ("librdkafka1", "BSD-2-Clause", "the Kafka client"),
    ("libsimdjson-dev", "Apache-2.0", "checks UTF-8"),
    ("zlib1g", "Zlib", "reads gzip"),
]


def fail(reason):
    sys.exit(f"sbom: {reason}")


def version_of_leeway():
    text = Path("Sources/leeway/Leeway.swift").read_text()
    return re.search(r'version: "([^ "]+)', text).group(1)


def licence(name):
    if name not in PACKAGES:
        fail(f"the licence of {name} is not known: read it, and add it to deploy/sbom.py")
    folders = [path for path in Path(".build/checkouts").iterdir() if path.name.lower() == name]
    if not folders:
        fail(f"{name} is not in .build/checkouts: build first")
    texts = [path.read_text(errors="replace") for path in folders[0].glob("LICENSE*")]
    if not any(SIGNS[PACKAGES[name]] in text for text in texts):
        fail(f"the licence of {name} is no longer {PACKAGES[name]}")
    return PACKAGES[name]


def licences(expression):
    if " " in expression:
        return [{"expression": expression}]
    return [{"license": {"id": expression}}]


def package(pin):
    name, state = pin["identity"], pin["state"]
    place = pin["location"].removeprefix("https://").removesuffix(".git")
    reference = f"pkg:swift/{place}@{state['version']}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": state["version"],
        "licenses": licences(licence(name)),
        "purl": reference,
        "externalReferences": [
            {"type": "vcs", "url": pin["location"], "comment": f"revision {state['revision']}"}
        ],
    }


def library(name, expression, purpose):
    query = ["dpkg-query", "-W", "-f", "${Version}", name]
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    if found.returncode != 0:
        fail(f"{name} is not installed here")
    version = found.stdout
    reference = f"pkg:deb/debian/{name}@{version.replace(':', '%3A').replace('+', '%2B')}"
    return {
        "type": "library",
        "bom-ref": reference,
        "name": name,
        "version": version,
        "description": purpose,
        "licenses": licences(expression),
        "purl": reference,
    }


def runtime():
    said = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True)
    version = re.search(r"Swift version (\S+)", said.stdout).group(1)
    return {
        "type": "framework",
        "bom-ref": f"swift-runtime@{version}",
        "name": "swift-runtime",
        "version": version,
        "description": "standard library, Foundation and FoundationNetworking, with libcurl",
        "licenses": licences("Apache-2.0 WITH Swift-exception"),
    }


def main():
    resolved = Path("Package.resolved")
    if not resolved.exists():
        fail("there is no Package.resolved: build first")
    pins = sorted(json.loads(resolved.read_text())["pins"], key=lambda pin: pin["identity"])
    components = [package(pin) for pin in pins]
    components += [library(*entry) for entry in SYSTEM] + [runtime()]
    own = f"pkg:generic/leeway@{version_of_leeway()}"
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": "leeway",
                "version": version_of_leeway(),
                "purl": own,
            }
        },
        "components": components,
        "dependencies": [
            {"ref": own, "dependsOn": [component["bom-ref"] for component in components]}
        ],
    }
    json.dump(document, sys.stdout, indent=2)
    print()


main()
