"""A clock that is wrong, for one process and what it starts: a library that is loaded before libc.

It moves what asks for the time of day, and nothing that measures or waits: a machine whose clock is
wrong sleeps as long as any other. (libfaketime moves both, and Python's sleep fails under it.)
"""

import shutil
import subprocess
from pathlib import Path

_SOURCE = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static time_t off(void) {
    const char *told = getenv("CLOCK_OFF_BY_SECONDS");
    return told ? atol(told) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
    int answer = real(clock, now);
    if (!answer && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += off();
    return answer;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (out) *out = precise.tv_sec;
    return precise.tv_sec;
}
"""


def why_not() -> str | None:
    return None if shutil.which("cc") else "There is no C compiler (apt-get install gcc)."


def _library(folder: Path) -> Path:
    (folder / "clock.c").write_text(_SOURCE)
    made = folder / "clock.so"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(made), str(folder / "clock.c"), "-ldl"]
    subprocess.run(command, check=True)
    return made


def off_by(hours: int, folder: Path) -> dict[str, str]:
    """The environment of a process whose clock is so many hours ahead; the library is in `folder`."""
    return {"LD_PRELOAD": str(_library(folder)), "CLOCK_OFF_BY_SECONDS": str(hours * 3600)}
