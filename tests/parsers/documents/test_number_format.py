"""Numbers of a sheet, as a person reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.documents.sheets.number_format import BUILT_IN, general, shown


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (1e20, "General", "100000000000000000000"),
        (370102199001011234.0, "General", "370102199001011000"),
        (0.125, "0.00%", "12.50%"),
        (0.125, BUILT_IN[9], "13%"),
        (1234567.5, "#,##0.00", "1,234,567.50"),
        (1234.0, "[$¥-804]#,##0.00", "¥1,234.00"),
        (12.5, '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "¥12.50"),
        (-1234.5, "#,##0.00_);[Red]\\(#,##0.00\\)", "(1,234.50)"),
        (-0.004, "0.00", "0.00"),
        (137, "000000", "000137"),
        (13812345678, "000-0000-0000", "138-1234-5678"),
        (12345, '0!.0,"万"', "1.2万"),
        (123456789, '0.00,"千"', "123456.79千"),
        (86000, '0.00"万元"', "86000.00万元"),
        (23456, '[>=100000000]0.00,,"亿";[>=10000]0.0,"千";0', "23.5千"),
        (12, '[>=100000000]0.00,,"亿";[>=10000]0.0,"千";0', "12"),
        (44348, 'yyyy"年"m"月"d"日"', "2021-06-01"),
        (44348, "[DBNum1][$-804]yyyy年m月d日;@", "2021-06-01"),
        (44348, BUILT_IN[57], "2021-06"),
        (44348.75, "yyyy/m/d h:mm", "2021-06-01 18:00"),
        (0.75, "h:mm:ss", "18:00:00"),
        (1.5, "[h]:mm", "36:00:00"),
        (44348, "[$-804]aaaa", "2021-06-01"),
        (3, "@", "3"),
        (0.5, "# ?/?", "0.5"),
        (float("nan"), "0", "nan"),
    ],
)
def test_as_a_person_sees_it(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_days_of_the_other_calendar() -> None:
    assert shown(42886, "yyyy-mm-dd", since_1904=True) == "2021-06-01"


@given(
    value=st.floats(allow_nan=True, allow_infinity=True),
    code=st.text(alphabet='0#?.,%;"[]年月日yymdhs@\\_*!¥<>=-E+ 万', max_size=30),
)
def test_any_code_for_any_number(value: float, code: str) -> None:
    assert len(shown(value, code)) < 1000


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_a_plain_number_keeps_fifteen_digits(value: float) -> None:
    assert float(general(value)) == pytest.approx(value, rel=1e-14, abs=0)
