"""What the notes of a plan say: phases and load, power or paces, and the focus of each week."""
