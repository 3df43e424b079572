"""Files that lie on disk and are known by a digest, sent so that no cache outlives what they say."""

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified


def kept_file(request: HttpRequest, path: Path, digest: str, *, forever: bool) -> HttpResponseBase:
    """A file under its digest as ETag; 304 for whoever has it. `forever`: it never changes; else nobody may keep it without asking."""
    tag = f'"{digest}"'
    known = {each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")}
    response: HttpResponseBase
    if tag in known or "*" in known:
        response = HttpResponseNotModified()
    else:
        kind = "application/gzip" if path.suffix == ".gz" else "application/json"
        response = FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=31536000, immutable" if forever else "no-cache"
    return response
