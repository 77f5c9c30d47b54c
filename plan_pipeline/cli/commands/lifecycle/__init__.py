"""What becomes of a plan once it is made: put on dates, an earlier version put back in place, and leaving the nightly
batch.
"""
