"""What a scenario is: its tables, its settings, how it is read, checked, written and generated."""
