"""Run the command line as `python -m gradq`, also in a clone that is not installed."""

import sys

from .cli.app import main

if __name__ == "__main__":
    sys.exit(main())
