"""Keeping an installation healthy: retention, retirement, and plans that need attention.

Belongs here: jobs and checks over all plans. Does not belong here: making plans.
"""
