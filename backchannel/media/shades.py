"""The shades of a picture of the conference's own: how dark and how light it is where words may stand on it."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageStat

from backchannel.media.developing import in_web_colours

FORMATS: Final = ("PNG", "JPEG", "WEBP")
SEEN: Final = (480, 270)  # what is smaller than a dot of these is narrower than a letter's stroke
PIXELS_MAX: Final = 40_000_000  # four times what the largest screens have


def shades(body: bytes) -> tuple[str, str]:
    """The darkest and the lightest colour, each channel by itself. Raises ValueError for what no browser gets."""
    try:
        with Image.open(BytesIO(body), formats=FORMATS) as picture:
            if picture.width * picture.height > PIXELS_MAX:
                msg = f"has {picture.width} by {picture.height} pixels; make it smaller, such as 3840 by 2160"
                raise ValueError(msg)
            picture.draft("RGB", SEEN)
            profile = picture.info.get("icc_profile")
            picture.thumbnail(SEEN, Image.Resampling.BOX)
            ranges = ImageStat.Stat(in_web_colours(picture, profile).convert("RGB")).extrema
    except (OSError, SyntaxError) as error:
        msg = "holds no picture that can be read; save it again as .png, .jpg or .webp"
        raise ValueError(msg) from error
    darkest, lightest = ("#" + "".join(f"{band[end]:02x}" for band in ranges) for end in (0, 1))
    return darkest, lightest
