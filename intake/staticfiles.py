"""Static files under names that carry their hash, compressed once, cached by browsers for good."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Flask, Response, abort, request

from . import encodings

TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".png": "image/png"}


def find_folder(name: str) -> Path:
    """The folder `templates`, `static` or `migrations`: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).parent
    packed = package / "_data" / name
    return packed if packed.is_dir() else package.parent / name


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is served: its name with the hash, its bytes, and the same compressed."""

    hashed: str
    plain: bytes
    packed: dict[str, bytes]

    @classmethod
    def of(cls, name: str, plain: bytes) -> "File":
        """The file `name` with these bytes."""
        mark = hashlib.sha256(plain).hexdigest()[:10]
        stem, _, suffix = name.rpartition(".")
        packed = {"br": brotli.compress(plain, quality=11), "gzip": gzip.compress(plain, 9, mtime=0)}
        return cls(f"{stem}.{mark}.{suffix}", plain, packed)


@lru_cache(maxsize=1)
def _on_disk() -> dict[str, File]:
    folder = find_folder("static")
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in TYPES]
    names = {path: path.relative_to(folder).as_posix() for path in paths}
    return {name: File.of(name, path.read_bytes()) for path, name in names.items()}


def install(app: Flask, made: Mapping[str, bytes] | None = None) -> None:
    """Serve the files at `/static/NAME.HASH.EXT`; `url_for("static", filename=NAME)` adds the hash.

    `made` are files that come from data rather than from the folder.
    """
    files = {**_on_disk(), **{name: File.of(name, plain) for name, plain in (made or {}).items()}}
    by_hashed_name = {one.hashed: name for name, one in files.items()}

    @app.url_defaults
    def add_hash(endpoint: str, values: dict[str, str]) -> None:
        if endpoint == "static":
            values["filename"] = files[values["filename"]].hashed

    def static(filename: str) -> Response:
        name = by_hashed_name.get(filename)
        if name is None:
            abort(404)
        response = Response(mimetype=TYPES[Path(name).suffix])
        coding = encodings.best(request.headers.get("Accept-Encoding", ""), files[name].packed)
        response.data = files[name].packed.get(coding, files[name].plain)
        if coding:
            response.content_encoding = coding
        response.vary.add("Accept-Encoding")
        response.cache_control.public = True
        response.cache_control.max_age = 31_536_000
        response.cache_control.immutable = True
        return response

    app.add_url_rule("/static/<path:filename>", endpoint="static", view_func=static)
