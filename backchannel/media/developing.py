"""What the darkroom's child runs: a stranger's bytes on its input, a small WebP without any metadata on its output.

It is started as a program of its own, with no environment, and limits itself before it reads: whatever a picture does
to a decoder, it does to a process that knows nothing and ends soon. Imports nothing of ours.
"""

import json
import resource
import sys
import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "AVIF")  # by their bytes, whatever a server calls them; never SVG
QUALITY = 80


def limit(cpu_s: int, memory: int) -> None:
    """Bound what this process may use from here on. What a system does not know is left to the parent's deadline."""
    for what, most in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue


def developed(body: bytes, pixels_max: int, edge_max: int) -> tuple[bytes, int, int]:
    """The first frame of a picture, upright, in the web's own colours, no larger than needed; and its size."""
    Image.MAX_IMAGE_PIXELS = pixels_max  # told by the head, before anything is unpacked
    with Image.open(BytesIO(body), formats=FORMATS) as picture:
        picture.draft("RGB", (edge_max, edge_max))  # a JPEG is then never decoded at its full size
        profile = picture.info.get("icc_profile")
        picture.thumbnail((edge_max, edge_max), reducing_gap=1.5)
        ImageOps.exif_transpose(picture, in_place=True)
        plain = in_web_colours(picture, profile)
        out = BytesIO()
        plain.save(out, "WEBP", quality=QUALITY, method=2, exif=b"", icc_profile=b"", xmp=b"")
        return out.getvalue(), plain.width, plain.height


def in_web_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The same with the colours that a page takes for granted."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and picture.mode in {"RGB", "RGBA"}:
        try:
            kept = ImageCms.profileToProfile(picture, BytesIO(profile), ImageCms.createProfile("sRGB"))
        except (ImageCms.PyCMSError, OSError, ValueError):
            kept = None
        picture = kept or picture
    return picture.convert(mode)


def main() -> None:
    """Develop what stands on the input; one line of JSON, and then the picture where there is one."""
    cpu_s, memory, pixels_max, edge_max = map(int, sys.argv[1:5])
    limit(cpu_s, memory)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    told: dict[str, str | int]
    try:
        body, width, height = developed(sys.stdin.buffer.read(), pixels_max, edge_max)
        told = {"width": width, "height": height}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        body, told = b"", {"refused": "too many pixels"}
    except MemoryError:
        body, told = b"", {"refused": "too much memory"}
    except Exception as error:  # noqa: BLE001 (whatever a decoder says of a stranger's bytes, it is no picture)
        body, told = b"", {"refused": f"no picture ({type(error).__name__})"}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + body)


if __name__ == "__main__":
    main()
