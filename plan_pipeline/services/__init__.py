"""What a user can ask of the system, whichever door the wish comes through: command line, inbox, launchpad.

Belongs here: taking requests in, generating, retiring, rolling back, querying. Does not belong here: Typer, Dagster.
"""
