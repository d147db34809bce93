"""Program in, moves with values and bounds out. Only this room imports OR-Tools."""
