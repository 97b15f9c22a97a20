"""Pictures as files: PNG, SVG with its font embedded, PDF."""

from __future__ import annotations

import base64
import io
import re
import zlib
from collections.abc import Callable
from html import unescape
from typing import Literal

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from geo.figure.canvas import FONT, Canvas, font_file

PictureFormat = Literal["png", "svg", "pdf"]


def _png(canvas: Canvas, provenance: str | None) -> bytes:
    info = PngInfo()
    info.add_itxt("Title", canvas.title)
    if provenance:
        info.add_itxt("Provenance", provenance, zip=True)
    file = io.BytesIO()
    image = Image.fromarray(canvas.pixels()).convert("RGB")
    dpi = (canvas.dpi, canvas.dpi)
    # Runs of one colour are what a map is made of: as small as any other way, and fast.
    image.save(file, "PNG", pnginfo=info, dpi=dpi, compress_level=3, compress_type=zlib.Z_RLE)
    return file.getvalue()


def _svg(canvas: Canvas, provenance: str | None) -> bytes:
    about = {"Description": provenance} if provenance else {}
    text = canvas.vectors("svg", Title=canvas.title, Date=None, Creator=None, **about).decode()
    if canvas.dpi == 72:  # for screens: a point of ours is a pixel there
        size = r'width="([\d.]+)pt" height="([\d.]+)pt"'
        text = re.sub(size, r'width="\1" height="\2"', text, count=1)
    faces = "".join(_face(weight, text) for weight in ("normal", "bold"))
    # For readers that do not load the font that goes along; only in tags, not in their text.
    own = f"font-family: '{FONT}'"
    text = re.sub("<text [^>]*>", lambda tag: tag[0].replace(own, f"{own}, sans-serif"), text)
    # Ground says whose telling it is, and what it is painted for.
    text = re.sub(r'id="map\.(\w+)\.(\w+)-\d+"', r'\g<0> data-side="\1" data-class="\2"', text)
    return text.replace("<defs>", f"<defs>\n  <style>{faces}</style>", 1).encode()


def _pdf(canvas: Canvas, provenance: str | None) -> bytes:
    about = {"Keywords": provenance} if provenance else {}
    return canvas.vectors("pdf", Title=canvas.title, CreationDate=None, **about)


def _face(weight: str, text: str) -> str:
    """The letters used, as a font to embed in the file."""
    from fontTools import subset

    options = subset.Options(hinting=False, recalc_timestamp=False, notdef_outline=True)
    options.layout_features = ["kern", "liga"]
    options.drop_tables += ["FFTM"]
    with subset.load_font(font_file(weight), options) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=unescape("".join(re.findall(r">([^<]+)</text>", text))))
        cutter.subset(font)
        file = io.BytesIO()
        font.save(file)
    data = base64.b64encode(file.getvalue()).decode()
    return (
        f"@font-face{{font-family:'{FONT}';font-weight:{weight};"
        f"src:url(data:font/ttf;base64,{data})}}"
    )


WRITERS: dict[PictureFormat, Callable[[Canvas, str | None], bytes]] = {
    "png": _png,
    "svg": _svg,
    "pdf": _pdf,
}
