"""The local AWS can say no."""
