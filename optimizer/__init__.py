"""Staffing plans for provinces: exact, checked and explained."""
