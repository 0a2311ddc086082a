"""Text in a picture: nothing that cannot be printed, nothing longer than its place."""

import pytest

from gradq.engine.lettering import clean, clipped, letters, wrapped


@pytest.mark.parametrize(("text", "shown"), [("a\tb\nc", "a b c"), ("x\u202ey\x00\ud800", "xy"), ("∂g/∂b", "∂g/∂b")])
def test_what_cannot_be_printed_is_taken_out(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize("text", ["short", "漢字の名前" * 9, "e\u0301" * 50, "word " * 30])
def test_a_text_is_cut_to_its_width_and_says_so(text: str) -> None:
    cut = clipped(text, 20)
    assert letters(cut) <= 20 and (cut == text or cut.endswith("…"))


def test_a_line_breaks_between_words_where_it_can() -> None:
    assert wrapped("one two three", 7) == ["one two", "three"]
    assert wrapped("x" * 12, 5) == ["xxxxx", "xxxxx", "xx"]
