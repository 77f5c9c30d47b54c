"""Pages that people open in a browser: one HTML file each, which asks for nothing over the network.

Belongs here: laying out plans, the library and lists as HTML, with what all pages share (the shell, the colours of
intensity, profiles of workouts). Does not belong here: reading plans and writing the files (see ``services.pages``).
"""
