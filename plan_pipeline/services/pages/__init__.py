"""The pages of a data folder: which there are, and keeping them up to date.

Belongs here: reading what a page shows, and writing the page. Does not belong here: what pages look like (see
``plan_pipeline.pages``).
"""
