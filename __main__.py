"""`python -m changemaking`: the same as the command `changemaking`."""

from .commands import main

if __name__ == "__main__":
    main()
