"""Text that people type."""

from hypothesis import given
from hypothesis import strategies as st

from storefront.security.typed_text import many_lines, one_line


def test_names_look_like_themselves() -> None:
    assert one_line("  Otter \n&\tOak ") == "Otter & Oak"
    assert one_line("gnp.\u202ekcatta") == "gnp.kcatta"
    assert one_line("Ot\u200bter") == "Otter"
    assert one_line("Cafe\u0301") == one_line("Cafe\u200b\u0301") == "Caf\u00e9"
    assert one_line(None) == ""


def test_stories_keep_their_lines() -> None:
    assert many_lines("One\r\nTwo\rThree\n") == "One\nTwo\nThree"
    assert many_lines("nul\x00byte") == "nulbyte"


@given(st.text())
def test_what_is_kept_stays_as_it_is(text: str) -> None:
    assert one_line(one_line(text)) == one_line(text)
    assert many_lines(many_lines(text)) == many_lines(text)
    assert "\n" not in one_line(text)
    assert "\x00" not in many_lines(text)
