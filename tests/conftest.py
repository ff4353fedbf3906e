"""For all tests: Ctrl-C works as in a terminal, though a shell that starts the suite in the background has it ignored."""

import signal
import threading

if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)
