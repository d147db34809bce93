"""The command line: parse, call the function of the same name, print."""

from optimizer.cli.entry import main

__all__ = ["main"]
