"""What sports differ in, as one record a sport; all other code asks the record and knows no sport by name.

Belongs here: types of session, zones, limits between easy and hard, units and words. Does not belong here: what a coach
would argue about, which is in ``config/<sport>``, and workouts, which are in the library.
"""
