"""What a world may say about the width of "about" and "perhaps"."""

import pytest

from dragoman.when import DEFAULT, Tolerance, day_text, read


def days(text: str, tolerance: Tolerance = DEFAULT) -> tuple[str, str]:
    when = read(text, tolerance)
    return day_text(when.earliest), day_text(when.latest)


def test_a_mark_widens_by_half_a_unit_unless_a_world_says_otherwise() -> None:
    assert days("1918-03-03~") == ("1918-02-28", "1918-03-06")
    assert days("1918-03~") == ("1918-02-14", "1918-04-15")
    assert days("1921-21?") == ("1921-01-15", "1921-07-15")
    assert days("1920~") == ("1919-07-02", "1921-07-02")
    assert days("192X~") == ("1915-01-01", "1934-12-31")
    assert days("19XX?") == ("1875-01-01", "2024-12-30")


def test_a_world_widens_what_it_names_and_keeps_the_rest() -> None:
    tolerance = Tolerance.from_table({"approximate": {"month": 20}, "uncertain": {"day": 0}})
    assert days("1918-03~", tolerance) == ("1918-02-09", "1918-04-20")
    assert days("1918-03?", tolerance) == days("1918-03?")
    assert days("1918-03-03?", tolerance) == ("1918-03-03", "1918-03-03")
    assert Tolerance.from_table({}) == DEFAULT


def test_both_marks_take_the_wider() -> None:
    tolerance = Tolerance.from_table({"approximate": {"day": 2}, "uncertain": {"day": 7}})
    assert days("1918-03-10%", tolerance) == ("1918-03-03", "1918-03-17")


def test_each_end_of_a_range_is_widened_by_its_own_precision() -> None:
    assert days("[1918-03~..1918-05-10]") == ("1918-02-14", "1918-05-10")
    when = read("1918-03/1918-05~")
    assert (day_text(when.latest), when.until) == (
        "1918-03-31",
        (read("1918-04-16").earliest, read("1918-06-15").earliest),
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"aproximate": {}}, r"\[dates\] has no key “aproximate”; did you mean “approximate”\?"),
        (
            {"uncertain": {"mounth": 3}},
            r"\[dates.uncertain\] has no key “mounth”; did you mean “month”\?",
        ),
        ({"uncertain": {"zzz": 3}}, "it may hold day, month, season, year, decade, century"),
        ({"uncertain": {"day": -1}}, "dates.uncertain.day is -1; give whole days, 0 or more"),
        ({"uncertain": {"day": True}}, "give whole days"),
        ({"uncertain": {"day": "3"}}, "dates.uncertain.day is '3'"),
        ({"uncertain": 3}, r"\[dates.uncertain\] is a table of days by precision"),
    ],
)
def test_a_wrong_table_is_refused_by_the_name_of_its_key(
    table: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Tolerance.from_table(table)


def test_no_width_reaches_past_the_ends_of_time() -> None:
    endless = Tolerance.from_table({"approximate": {"year": 10**12}})
    assert read("1920~", endless).earliest == read("[..1920]").earliest
