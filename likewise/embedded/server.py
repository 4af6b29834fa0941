"""The embedded studio's server process: `python -m likewise.embedded.server`, on a leash."""

import gc
import os
import signal

from likewise.embedded.end_of_input import at_end_of_input


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to hear
    at_end_of_input(lambda: os.kill(os.getpid(), signal.SIGTERM))
    gc.disable()  # all that is imported stays: looking through it for garbage takes a fifth of it
    from backend.serve import serve
    from backend.settings import Settings

    gc.freeze()
    gc.enable()
    serve(Settings())


if __name__ == "__main__":
    main()
