import threading
import time

import pytest

from api.time_limits import TookTooLong, time_limit


def test_work_that_ends_in_time_is_left_alone() -> None:
    with time_limit(5):
        done = sum(range(1000))

    assert done == 499_500


def test_work_that_takes_too_long_is_stopped_where_it_is() -> None:
    stopped = 0

    try:
        with time_limit(0.05):
            while True:
                stopped += 1
    except TookTooLong:
        assert stopped > 0
    else:
        pytest.fail("it was not stopped")


def test_an_error_of_the_work_itself_comes_out_unchanged() -> None:
    with pytest.raises(ZeroDivisionError), time_limit(5):
        raise ZeroDivisionError


@pytest.mark.parametrize("tick", range(20))
def test_a_limit_that_ends_with_the_work_never_reaches_what_comes_after(tick: int) -> None:
    """The limit and the work end at the same moment, again and again: the thread must be its own afterwards."""
    for _ in range(10):
        try:
            with time_limit(0.001):
                time.sleep(0.001 + tick / 100_000)
        except TookTooLong:
            pass
        for _ in range(200):
            threading.get_ident()
