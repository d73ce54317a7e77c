"""The report says who deserves a test and why, in one page that needs nothing else."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from example import RANKERS, example_tables

from dmc12.report.page import number, render, signed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Text(HTMLParser):
    """The words of a page, and its tags, each checked to be closed."""

    VOID = ("meta", "br")

    def __init__(self, page):
        super().__init__()
        self.open, self.words, self.seen = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    def __str__(self):
        return re.sub(r"\s+", " ", "".join(self.words))


def test_the_winner_is_named_with_its_reasons():
    said = str(Text(render(example_tables())))
    assert "Take lambdarank to an A/B test" in said
    assert "beats the control own_plays by +.090 in nmrr (.410" in said
    assert "adjusted p below .001, over 1,500 contexts of 500 profiles" in said
    assert "it goes 64 %. In no slice is it found worse; it gains least where new = true" in said
    for ranker in RANKERS:
        assert ranker in said


def test_without_a_winner_it_says_what_the_data_could_have_shown():
    said = str(Text(render(example_tables(ranker=None))))
    assert "No ranker deserves an A/B test yet" in said
    assert "None is found better than the control own_plays in nmrr" in said


def test_a_slice_in_which_the_winner_loses_is_told_first():
    tables = example_tables()
    for row in tables["comparisons"]:
        if row["slice_value"] == "BR":
            row |= {"difference": -0.2, "verdict": "worse"}
    assert "But it is worse where country = BR" in str(Text(render(tables)))


def test_a_slice_without_an_interval_is_no_warning():
    tables = example_tables()
    for row in tables["comparisons"]:
        if row["slice_value"] == "true":
            row |= {"lower": None, "upper": None, "verdict": "unknown"}
    assert "gains least where country =" in str(Text(render(tables)))


def test_sets_with_a_curve_are_drawn_and_without_any_there_is_no_figure():
    tables = example_tables()
    assert "after each round of boosting" in render(tables)
    assert "after each round of boosting" not in render(tables | {"sets": []})


def test_the_page_is_whole_and_needs_no_network():
    page = render(example_tables())
    text = Text(page)
    assert text.open == []
    assert text.seen.count("svg") == 7
    assert not set(text.seen) & {"script", "link", "img", "iframe"}
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert "url(http" not in page


def test_equal_tables_make_equal_bytes():
    assert render(example_tables()) == render(example_tables())


def test_a_name_is_text_not_markup():
    tables = example_tables(member_metric="<script>alert(1)</script>")
    assert "<script>" not in render(tables)


def test_nothing_built_is_told():
    with pytest.raises(ValueError, match="comparisons is empty; run make build first"):
        render(example_tables() | {"comparisons": []})


@pytest.mark.parametrize(
    ("value", "plain", "with_sign"),
    [(0.1234, ".123", "+.123"), (-0.5, "-.500", "\N{MINUS SIGN}.500"), (1.5, "1.500", "+1.500"),
     (0.0, ".000", "+.000"), (10.25, "10.250", "+10.250"), (None, "\N{EN DASH}", "\N{EN DASH}")],
)  # fmt: skip
def test_numbers_are_written_alike(value, plain, with_sign):
    assert number(value) == plain
    assert signed(value) == with_sign


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here to look at the page")
def test_a_browser_shows_the_page(tmp_path):
    """Drawn in a browser, top to bottom: dark ink on white, and some of each of our colours."""
    from matplotlib.image import imread

    (tmp_path / "report.html").write_text(render(example_tables()), encoding="utf-8")
    subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
         f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1100,3600",
         f"--screenshot={tmp_path / 'report.png'}", (tmp_path / "report.html").as_uri()],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    picture = imread(tmp_path / "report.png")[:, :, :3]
    assert picture.shape[:2] == (3600, 1100)
    inked = (picture < 0.5).any(axis=2)
    assert 0.01 < inked.mean() < 0.15  # light on ink
    for top in range(0, 3000, 600):
        assert inked[top : top + 600].any()
    assert not inked[:, :20].any()  # nothing runs over the margins
    assert not inked[:, -20:].any()
    for colour in ("0072B2", "D55E00", "009E73"):
        wanted = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        assert (abs(picture - wanted).max(axis=2) < 0.02).sum() > 100
