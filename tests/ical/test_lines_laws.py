# SPDX-License-Identifier: GPL-3.0-or-later
"""Law 1 of the model, first half: a text is read without losing a byte, and an edit stays in its line."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ical.errors import IcalError
from ical.lines import Line, fold, read
from ical.snapshot import snapshot
from tests.ical.mangling import mangled
from tests.ical.texts import OSLO

MARK = b"\xef\xbb\xbf"
"""With it a text is odd, and read line by line instead of all at once."""
BREAKS = st.sampled_from([b"\r\n", b"\n"])
TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=120)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,20}", fullmatch=True).filter(lambda n: n.upper() not in {"BEGIN", "END"})
PARAMETERS = st.lists(
    st.tuples(NAMES, st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='";:,'), max_size=30))
)


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """Give one content line, folded anywhere, also inside a character."""
    head = "".join(f";{name}={value}" for name, value in draw(PARAMETERS))
    data = f"{draw(NAMES)}{head}:{draw(TEXT)}".encode()
    line_break = draw(BREAKS)
    for cut in sorted(draw(st.sets(st.integers(1, max(1, len(data) - 1)), max_size=4)), reverse=True):
        data = data[:cut] + line_break + draw(st.sampled_from([b" ", b"\t"])) + data[cut:]
    return data + line_break


@st.composite
def documents(draw: st.DrawFn) -> bytes:
    """Give a calendar of such lines, with components in it, blank lines and perhaps no last line break."""
    pieces = [draw(st.sampled_from([b"", MARK, b"\r\n"])), b"BEGIN:VCALENDAR\r\n"]
    for name in draw(st.lists(st.sampled_from([b"VEVENT", b"vtodo", b"X-Thing"]), max_size=4)):
        pieces += [b"BEGIN:" + name + draw(BREAKS), *draw(st.lists(lines(), max_size=5))]
        pieces += [draw(st.sampled_from([b"", b"\r\n", b"\n\n"])), b"END:" + name + draw(BREAKS)]
    return b"".join(
        [*pieces, *draw(st.lists(lines(), max_size=3)), b"END:VCALENDAR", draw(st.sampled_from([b"", b"\r\n"]))]
    )


@given(documents())
def test_a_text_comes_back_byte_for_byte(raw: bytes) -> None:
    assert read(raw).raw == raw


@given(documents(), st.data())
def test_an_edit_of_one_line_leaves_the_bytes_of_all_others(raw: bytes, data: st.DataObject) -> None:
    document = read(raw)
    places = [place for place, line in enumerate(document.lines) if line.name not in {"BEGIN", "END"}]
    if not places:
        return
    place = data.draw(st.sampled_from(places))

    edited = document.edited({place: (fold("X-NEW:verdi"),)})

    before, after = document.lines, edited.lines
    assert [line.raw for line in after[:place]] == [line.raw for line in before[:place]]
    assert [line.raw for line in after[place + 1 :]] == [line.raw for line in before[place + 1 :]]
    assert after[place].name == "X-NEW"


@given(NAMES, PARAMETERS, TEXT, TEXT)
def test_a_line_that_is_rewritten_says_what_it_was_told(
    name: str, parameters: list[tuple[str, str]], value: str, said: str
) -> None:
    head = "".join(f";{n}={v}" for n, v in parameters)
    line = Line.of(fold(f"{name}{head}:{value}"))

    changed = line.with_parameters({"X-SAID": said}).with_value(value + "!")

    assert changed.name == name.upper()
    assert changed.parameter("X-SAID") == said.replace('"', '"')
    assert changed.value == value + "!"
    assert [n for n, _ in changed.parameters if n != "X-SAID"] == [
        n.upper() for n, _ in parameters if n.upper() != "X-SAID"
    ]


@given(st.binary(max_size=400))
def test_random_bytes_raise_nothing_but_our_errors(raw: bytes) -> None:
    try:
        assert read(raw).raw == raw
    except IcalError:
        return


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_mangled_samples_raise_nothing_but_our_errors(seed: int) -> None:
    raw = mangled(seed, 8)

    try:
        document = read(raw)
        assert document.raw == raw
        snapshot(document, OSLO)
    except IcalError:
        return


@given(documents())
def test_a_byte_order_mark_changes_no_line(raw: bytes) -> None:
    plain, marked = read(raw.removeprefix(MARK)), read(MARK + raw.removeprefix(MARK))

    assert [line.raw for line in marked.lines] == [MARK + plain.lines[0].raw, *(line.raw for line in plain.lines[1:])]
    assert [line.meaning for line in marked.lines] == [line.meaning for line in plain.lines]
    assert marked.root == plain.root


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_a_byte_order_mark_lets_no_mangled_sample_in_or_out(seed: int) -> None:
    raw = mangled(seed, 2).removeprefix(MARK)

    assert _said(MARK + raw) == _said(raw)


def _said(raw: bytes) -> object:
    """Give what a text says line by line, or why it is refused."""
    try:
        return [line.meaning for line in read(raw).lines]
    except IcalError as error:
        return type(error), str(error)
