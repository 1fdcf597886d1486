"""The wire formats of AWS, read by a shape of the model.

Each reader gives the parameters by the model's names. What does not fit the shape
is left as it came (a word where a number belongs, a member that does not exist),
so that the walk over the shape finds and names it.
"""
