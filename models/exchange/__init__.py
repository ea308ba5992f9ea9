"""Formats that others speak.

`githubstatus-incidents.json` is what https://www.githubstatus.com/api/v2/incidents.json answered on 17 September 2024,
cut down to two incidents: real history for the demo and the tests.
"""
