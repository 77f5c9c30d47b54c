"""Reading what strangers hand in: limits, strict YAML and JSON, and one way to say what is wrong.

Belongs here: everything that any reader of files from outside needs. Does not belong here: what the files are about.
"""
