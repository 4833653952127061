"""G21 and G22: more than a bot is made for, and a long time of what it is made for."""

import statistics
import time
from itertools import count, takewhile
from pathlib import Path
from typing import Final

from tests.assurance.figures import Result, figure
from tests.assurance.load import Loaded, Told, loaded

UPSTREAM_S: Final = 0.5
MIB_AN_HOUR: Final = 1.0


def _said(told: Told, more: str = "") -> Result:
    return Result(told.held, f"{told}{more}")


@figure("G18", "120 descriptors, 250 commands at once")
def descriptors(long: bool) -> Result:
    """What there is no descriptor for waits."""
    del long
    with loaded(UPSTREAM_S, descriptors=120) as here:
        return _said(here.ask([0.0] * 250, at_once=250))


@figure("G21", "1,300 commands at once (300 in the short form)")
def at_once(long: bool) -> Result:
    """Each is answered, or refused with a sentence."""
    number = 1300 if long else 300
    with loaded(UPSTREAM_S) as here:
        return _said(here.ask([0.0] * number, at_once=number), f"; {here.bot.resident_mib():.0f} MiB after it")


@figure("G21", "20 a second for a minute, and 200 a second for ten seconds in the middle of it (a quarter in the short form)")
def tenfold(long: bool) -> Result:
    """A burst of ten times what Slack delivers is answered or refused, and what comes after it is answered."""
    seconds, most = (60, 10) if long else (12, 3)
    steady = [number / 20 for number in range(20 * seconds)]
    burst = [seconds / 3 + number / 200 for number in range(200 * most)]
    with loaded(UPSTREAM_S) as here:
        return _said(here.ask(sorted(steady + burst), at_once=600), f"; {here.bot.resident_mib():.0f} MiB after it")


@figure("G22", "ten commands a second for 45 minutes (two in the short form, which tells no slope)")
def soak(long: bool) -> Result:
    """The slope of the memory after the first twelve minutes; threads and descriptors."""
    minutes, warm = (45, 12) if long else (2, 1)
    return soaked(minutes, warm)


def soaked(minutes: float, warm: float) -> Result:
    """Ten a second for so long; the slope is that of the memory after the warm minutes."""
    samples: list[tuple[float, float, int, int]] = []
    with loaded(0.05) as here:
        began, told = time.monotonic(), Told()
        for number in takewhile(lambda _: time.monotonic() - began < minutes * 60, count()):
            time.sleep(max(0.0, began + number / 10 - time.monotonic()))
            here.ask_one(told, number)
            if number % 100 == 0 and time.monotonic() - began > warm * 60:
                samples.append((time.monotonic() - began, *_state(here)))
        here.settle(told)
    slope = statistics.linear_regression([at for at, *_ in samples], [mib for _, mib, _, _ in samples]).slope * 3600
    said = f"{slope:+.2f} MiB an hour over {minutes - warm:g} minutes ({samples[0][1]:.1f} to {samples[-1][1]:.1f} MiB); "
    said += f"threads {samples[0][2]} to {samples[-1][2]}, descriptors {samples[0][3]} to {samples[-1][3]}; {told}"
    return Result(None if minutes < 20 else slope < MIB_AN_HOUR and told.held, said)


def _state(here: Loaded) -> tuple[float, int, int]:
    """Memory in MiB, threads, descriptors."""
    process = Path(f"/proc/{here.bot.pid}")
    return here.bot.resident_mib(), len([*(process / "task").iterdir()]), len([*(process / "fd").iterdir()])


if __name__ == "__main__":
    # ``python -m tests.assurance.overload 30 12``: the soak alone, as long as there is time for.
    import sys

    print(soaked(float(sys.argv[1]), float(sys.argv[2])).said)
