"""The picture of a timeline."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.blocks.timeline import Timeline, timeline
from bot.pictures import WIDTH, timeline_picture
from tests.blocks.outcomes import found


def drawn(line: Timeline | None) -> Image.Image:
    """The picture of a timeline, read back."""
    assert line is not None
    png = timeline_picture(line)
    assert png is not None
    assert png.startswith(b"\x89PNG")
    return Image.open(BytesIO(png)).convert("RGB")


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast ratio of WCAG 2."""

    def luminance(colour: tuple[int, ...]) -> float:
        parts = [part / 255 for part in colour]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_it_grows_by_a_row_an_api_and_code_and_has_a_panel_of_its_own() -> None:
    one = drawn(timeline([found(number, after_s=number) for number in range(4)]))
    two = drawn(timeline([*(found(number, after_s=number) for number in range(4)), found(5, "Forbidden.RAM", after_s=9)]))
    assert one.width == two.width == WIDTH
    assert two.height > one.height
    assert one.getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("code", ["Throttling.User", "Forbidden.RAM", "InternalError", None])
def test_marks_stand_out_from_the_panel(code: str | None) -> None:
    picture = drawn(timeline([found(number, code, after_s=number * 100) for number in range(4)]))
    colours = {colour for _, colour in picture.getcolors(1 << 24) or [] if isinstance(colour, tuple)}
    strong = [colour for colour in colours if max(colour) - min(colour) > 60 and contrast(colour, (255, 255, 255)) >= 4.5]
    assert strong


@pytest.mark.parametrize("apart", [timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=7), timedelta(days=3)])
def test_any_span_is_drawn(apart: timedelta) -> None:
    drawn(timeline([found(number, after_s=int(apart.total_seconds()) * number) for number in range(4)]))


def test_foreign_labels_are_cut_to_their_column() -> None:
    drawn(timeline([found(number, "很长" * 200, after_s=number, api="W" * 300) for number in range(4)]))
