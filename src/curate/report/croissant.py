"""croissant.json of a mix: its files, columns and provenance, as Croissant 1.1 with W3C PROV; from its certificate."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from curate.report.markdown import visible
from curate.visible import printable_json

SIMPLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
FORMATS: Final = {".parquet": "application/x-parquet", ".jsonl": "application/jsonlines"}
CONTEXT: Final = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant_text(certificate: Mapping[str, Any], columns: Sequence[tuple[str, str]]) -> str:
    """JSON-LD text; `columns` are names and schema.org types ("sc:Text") of those columns that have one."""
    return printable_json(json.dumps(_dataset(certificate, columns), indent=2, ensure_ascii=False)) + "\n"


def _dataset(certificate: Mapping[str, Any], columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    names = [str(one["name"]) for one in certificate["outputs"]]
    ending = "".join(PurePosixPath(names[0]).suffixes) if names else ".parquet"
    languages = [code for code in sorted(certificate["languages"]) if code != "und"]
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": "mix",
        "description": (
            f"{certificate['documents']:,} documents, {certificate['tokens']:,} tokens, of them at least "
            f"{certificate['human_tokens_at_least']:,} human ({certificate['guarantee']} guarantee, evidence: "
            f"{certificate['evidence']}); certificate.json says on what that rests."
        ),
        "version": "1.0.0",
        "inLanguage": languages,
        "distribution": [*map(_file, certificate["outputs"]), _all_files(ending)],
        **({"recordSet": [_records(columns, ending)]} if ending in FORMATS and columns else {}),
        "prov:wasDerivedFrom": [_input(one) for one in certificate["inputs"]],
        "prov:wasGeneratedBy": _activity(certificate),
    }


def _file(output: Mapping[str, Any]) -> dict[str, Any]:
    ending = "".join(PurePosixPath(output["name"]).suffixes)
    return {
        "@type": "cr:FileObject",
        "@id": output["name"],
        "name": output["name"],
        "contentUrl": output["name"],
        "encodingFormat": FORMATS.get(ending, "application/zstd"),
        "sha256": output["sha256"],
    }


def _all_files(ending: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileSet",
        "@id": "data",
        "name": "data",
        "encodingFormat": FORMATS.get(ending, "application/zstd"),
        "includes": f"data/*{ending}",
    }


def _records(columns: Sequence[tuple[str, str]], ending: str) -> dict[str, Any]:
    fields = []
    for number, (name, kind) in enumerate(columns):
        extract = {"column": name} if ending == ".parquet" else {"jsonPath": f"$[{json.dumps(name)}]"}
        fields.append(
            {
                "@type": "cr:Field",
                "@id": f"documents/{name if SIMPLE.fullmatch(name) else number}",
                "name": visible(name) or f"column {number}",
                "dataType": kind,
                "source": {"fileSet": {"@id": "data"}, "extract": extract},
            }
        )
    return {"@type": "cr:RecordSet", "@id": "documents", "name": "documents", "field": fields}


def _input(one: Mapping[str, Any]) -> dict[str, Any]:
    return {"@type": "prov:Entity", "prov:label": visible(str(one["name"])), "sc:identifier": one["fingerprint"]}


def _activity(certificate: Mapping[str, Any]) -> dict[str, Any]:
    settings = {name: setting["value"] for name, setting in sorted(certificate["settings"].items())}
    return {
        "@type": "prov:Activity",
        "prov:label": f"curate mix --human-ratio {certificate['human_ratio']:g}",
        "prov:wasAssociatedWith": {
            "@type": "prov:SoftwareAgent",
            "prov:label": "curate",
            "sc:softwareVersion": str(certificate["versions"].get("corpus-curate", "")),
        },
        "sc:additionalProperty": [
            {"@type": "sc:PropertyValue", "sc:propertyID": name, "sc:value": json.dumps(value, ensure_ascii=True)}
            for name, value in settings.items()
        ],
    }
